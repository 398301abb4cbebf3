// A product before it is imported, and the form that imports it.

import { call, picture } from "./api.js";
import { begin } from "./imports.js";
import { $, element, onSubmit, tell } from "./ui.js";

let shown = null;

const money = (amount, currency) => new Intl.NumberFormat("en", { style: "currency", currency }).format(amount);

function facts(product) {
  const { price, currency, supplier_name, rating, order_count, shipping_info: shipping } = product;
  const delivery = shipping && [
    shipping.cost > 0 ? `delivery ${money(shipping.cost, currency)}` : "free delivery",
    shipping.estimated_days && `in about ${shipping.estimated_days} days`,
  ].filter(Boolean).join(" ");
  return [
    `costs ${money(price, currency)}`,
    delivery,
    supplier_name,
    rating && `rated ${rating} of 5`,
    order_count && `${order_count.toLocaleString("en")} sold`,
  ].filter(Boolean).join(" · ");
}

async function showPicture(product) {
  const image = $("preview-image");
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.hidden = true;
  const [first] = product.images;
  const source = first && (await picture(first).catch(() => null));
  if (!source || shown !== product) return;
  image.src = source;
  image.hidden = false;
}

function show(product) {
  shown = product;
  $("preview-title").textContent = product.title;
  $("preview-facts").textContent = facts(product);
  $("preview-options").replaceChildren(
    ...product.variants.flatMap((axis) => [element("dt", axis.name), element("dd", axis.options.join(", "))]),
  );
  $("preview").hidden = false;
  showPicture(product);
}

onSubmit("preview-form", async (form) => {
  $("preview").hidden = true;
  $("reading").hidden = false;
  try {
    show(await call("POST", "/products/preview", { url: form.get("url").trim() }));
  } finally {
    $("reading").hidden = true;
  }
});

onSubmit("import-form", async (form) => {
  const config = { markup_percent: Number(form.get("markup")), status: form.get("publish") ? "active" : "draft" };
  const tags = form.get("tags").split(",").map((tag) => tag.trim()).filter(Boolean);
  if (tags.length) config.tags = tags;
  const { title, source, source_url: product_url } = shown;
  begin(await call("POST", "/imports", { product_url, source, store_id: form.get("store_id"), config }), title);
  tell("The import has begun. You can follow it below, or look at the next product.", "news");
});
