{
 "id": 1,
 "title": "Ceramic Tumbler",
 "handle": "ceramic-tumbler",
 "description": "<p>Holds <b>350 ml</b>.</p>",
 "vendor": "Clay & Co",
 "type": "Cups",
 "price": 2490,
 "price_min": 2490,
 "price_max": 2790,
 "available": true,
 "compare_at_price": 3200,
 "variants": [
  {
   "id": 11,
   "title": "Sand / Small",
   "option1": "Sand",
   "option2": "Small",
   "option3": null,
   "sku": "CT-S-S",
   "requires_shipping": true,
   "featured_image": {
    "id": 5,
    "src": "//shop.example/cdn/shop/files/sand.jpg?v=1"
   },
   "available": true,
   "price": 2490,
   "weight": 350,
   "compare_at_price": 3200,
   "barcode": "4006381333931"
  },
  {
   "id": 12,
   "title": "Sand / Large",
   "option1": "Sand",
   "option2": "Large",
   "option3": null,
   "sku": "CT-S-L",
   "requires_shipping": true,
   "featured_image": null,
   "available": false,
   "price": 2790,
   "weight": 450,
   "compare_at_price": null,
   "barcode": null
  },
  {
   "id": 13,
   "title": "Moss / Small",
   "option1": "Moss",
   "option2": "Small",
   "option3": null,
   "sku": "CT-M-S",
   "requires_shipping": true,
   "featured_image": null,
   "available": true,
   "price": 2490,
   "weight": 350,
   "compare_at_price": 3200,
   "barcode": null
  }
 ],
 "images": [
  "//shop.example/cdn/shop/files/sand.jpg?v=1",
  "//shop.example/cdn/shop/files/moss.jpg?v=1"
 ],
 "featured_image": "//shop.example/cdn/shop/files/sand.jpg?v=1",
 "options": [
  {
   "name": "Colour",
   "position": 1,
   "values": [
    "Sand",
    "Moss"
   ]
  },
  {
   "name": "Size",
   "position": 2,
   "values": [
    "Small",
    "Large"
   ]
  }
 ]
}