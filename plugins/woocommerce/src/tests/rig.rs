//! A call to the connector over the shop in memory.

use std::cell::RefCell;
use std::rc::Rc;

use sourcepilot_sdk::http::{Reason, Request, Response, SendError, Transport};
use sourcepilot_sdk::test::TestHost;
use sourcepilot_sdk::{Attribute, Call, Listing, ListingVariant, Money, OptionAxis, SignRequest, Status};

use super::fake::{FakeShop, Outcome, Reply, Seen};

/// A shop and a connection to it.
pub(super) struct Rig {
    pub shop: Rc<FakeShop>,
    pub host: Rc<TestHost>,
    pub signed: Rc<RefCell<Vec<SignRequest>>>,
    pub base_url: String,
    pub extra: Vec<Attribute>,
}

struct Wire(Rc<FakeShop>);

impl Transport for Wire {
    fn send(&self, request: &Request) -> Result<Response, SendError> {
        let headers = request.headers().iter().cloned().collect();
        let seen = Seen::new(request.method().as_str(), request.url(), headers, request.body_bytes());
        match self.0.answer(&seen) {
            Outcome::Answer(reply) => Ok(response(reply)),
            Outcome::Lost => Err(SendError::new(Reason::Timeout, "no answer")),
        }
    }
}

fn response(reply: Reply) -> Response {
    let response = Response::new(reply.status, reply.body);
    reply.headers.into_iter().fold(response, |response, (name, value)| response.with_header(name, value))
}

impl Rig {
    pub(super) fn new() -> Rig {
        Rig::at("https://shop.example")
    }

    pub(super) fn at(base_url: &str) -> Rig {
        let signed: Rc<RefCell<Vec<SignRequest>>> = Rc::default();
        let log = Rc::clone(&signed);
        let host = TestHost::new().with_signer(move |request| {
            log.borrow_mut().push(request.clone());
            Ok(vec![1, 2, 3])
        });
        Rig {
            shop: Rc::new(FakeShop::new()),
            host: Rc::new(host),
            signed,
            base_url: base_url.to_owned(),
            extra: Vec::new(),
        }
    }

    /// What an earlier check found.
    pub(super) fn knowing(mut self, name: &str, value: &str) -> Rig {
        self.extra.push(Attribute::new(name, value));
        self
    }

    pub(super) fn call(&self) -> Call {
        let mut context = sourcepilot_sdk::test::context();
        context.base_url = Some(self.base_url.clone());
        context.extra.clone_from(&self.extra);
        Call::new(context, Rc::new(Wire(Rc::clone(&self.shop))), Rc::clone(&self.host) as _)
    }

    /// Method and path of every request so far.
    pub(super) fn steps(&self) -> Vec<String> {
        self.shop.seen.borrow().iter().map(|seen| format!("{} {}", seen.method, seen.path)).collect()
    }
}

pub(super) fn eur(amount: &str) -> Money {
    Money { amount: amount.to_owned(), currency: "EUR".to_owned() }
}

pub(super) fn variant(key: &str, options: &[(&str, &str)], price: &str) -> ListingVariant {
    ListingVariant {
        key: key.to_owned(),
        options: options.iter().map(|(name, value)| Attribute::new(*name, *value)).collect(),
        price: eur(price),
        compare_at: None,
        cost: None,
        stock: Some(5),
        image: None,
        weight_grams: None,
        barcode: None,
    }
}

/// A lamp without choices, as a draft.
pub(super) fn lamp() -> Listing {
    Listing {
        title: "Lamp & shade".to_owned(),
        description_html: Some("<p>Warm.</p>".to_owned()),
        status: Status::Draft,
        options: Vec::new(),
        variants: vec![variant("SP-1-V", &[], "19.90")],
        images: Vec::new(),
        categories: Vec::new(),
        tags: Vec::new(),
        vendor: None,
        extra: Vec::new(),
    }
}

/// A shirt in so many colours, each with a picture and a price of its own.
pub(super) fn shirt(colours: usize) -> Listing {
    let names: Vec<String> = (0..colours).map(|at| format!("Colour {at}")).collect();
    let variants = names
        .iter()
        .enumerate()
        .map(|(at, name)| ListingVariant {
            compare_at: (at % 2 == 0).then(|| eur(&format!("{}.50", at + 20))),
            image: Some(format!("https://img.example/v{at}.jpg")),
            ..variant(&format!("SP-2-{at}"), &[("Colour", name)], &format!("{}.05", at + 10))
        })
        .collect();
    let mut images = vec!["https://img.example/a.jpg".to_owned(), "https://img.example/b.jpg".to_owned()];
    images.extend((0..colours).map(|at| format!("https://img.example/v{at}.jpg")));
    Listing {
        title: "Shirt".to_owned(),
        options: vec![OptionAxis { name: "Colour".to_owned(), values: names }],
        variants,
        images,
        ..lamp()
    }
}
