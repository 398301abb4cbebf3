//! The conversation with one shop during one call: sending a document, waiting
//! while the shop's allowance fills up, and telling apart what comes back.

use serde_json::{Value, json};
use sourcepilot_sdk::http::{Request, Response};
use sourcepilot_sdk::{Call, Effect, Failure, credential, warn};

use crate::address::ShopName;
use crate::documents::{API_VERSION, Document, IMPORT_KEY, NAMESPACE};
use crate::pace::Pace;
use crate::read::Read;
use crate::trouble;
use crate::wire::{Envelope, TopError};

const TOKEN: &str = "access_token";
/// A request that the allowance does not hold is repeated this often.
const TRIES: usize = 6;

/// One shop, during one call.
#[derive(Debug)]
pub(crate) struct Shop<'a> {
    call: &'a Call,
    name: ShopName,
    pace: Pace<'a>,
}

/// Data, and the parts of it that the token may not see.
#[derive(Debug)]
pub(crate) struct Partial<T> {
    pub(crate) data: T,
    /// Names of top-level fields.
    pub(crate) denied: Vec<String>,
}

impl<'a> Shop<'a> {
    /// Open the shop that the context names.
    ///
    /// # Errors
    /// When the address is none of a shop, or there is no token yet.
    pub(crate) fn open(call: &'a Call) -> Result<Self, Failure> {
        let name = ShopName::parse(call.context.base_url.as_deref().unwrap_or_default())?;
        if !call.has_credential(TOKEN) {
            return Err(Failure::auth_required(
                "There is no access token for this shop yet: enter one, or client ID and secret, or connect the shop \
                 by consent.",
            )
            .with_code("no-token"));
        }
        Ok(Shop { call, name, pace: Pace::new(call) })
    }

    /// The shop's name.
    pub(crate) fn name(&self) -> &ShopName {
        &self.name
    }

    /// The clock of the call.
    pub(crate) fn pace(&self) -> &Pace<'a> {
        &self.pace
    }

    /// The call itself.
    pub(crate) fn call(&self) -> &'a Call {
        self.call
    }

    /// A finding of an earlier check.
    pub(crate) fn remembered(&self, name: &str) -> Option<&'a str> {
        self.call.extra(name).filter(|value| !value.is_empty())
    }

    /// Tell how far the call is.
    pub(crate) fn progress(&self, percent: u8, note: &str) {
        self.call.report_progress(percent, note);
    }

    /// Ask, all or nothing.
    ///
    /// # Errors
    /// What the answer means; see [`trouble`].
    pub(crate) fn ask<T: Read>(&self, document: &Document, variables: &Value) -> Result<T, Failure> {
        let envelope = self.send(document, variables)?;
        if !envelope.errors.is_empty() {
            return Err(trouble::of_errors(
                &envelope.errors,
                envelope.cost,
                document.writes,
                envelope.data.is_some(),
            ));
        }
        read(document, envelope.data)
    }

    /// Ask, and do without the parts that the token may not see.
    ///
    /// # Errors
    /// As [`Shop::ask`], but not for parts that are denied.
    pub(crate) fn ask_partial<T: Read>(
        &self,
        document: &Document,
        variables: &Value,
    ) -> Result<Partial<T>, Failure> {
        let envelope = self.send(document, variables)?;
        let is_part = |error: &TopError| error.code == "ACCESS_DENIED" && error.field.is_some();
        let has_data = envelope.data.as_ref().is_some_and(|data| !data.is_null());
        if !has_data || !envelope.errors.iter().all(is_part) {
            if envelope.errors.is_empty() {
                return read(document, envelope.data).map(|data| Partial { data, denied: Vec::new() });
            }
            return Err(trouble::of_errors(&envelope.errors, envelope.cost, document.writes, has_data));
        }
        let denied = envelope.errors.iter().filter_map(|error| error.field.clone()).collect();
        read(document, envelope.data).map(|data| Partial { data, denied })
    }

    /// Send; when the allowance is used up for a short time, wait and send again. What a
    /// request takes and how fast the allowance fills up stand in the answer, so the wait
    /// is reckoned and not guessed. A throttled request was not run, so repeating a write
    /// is safe.
    fn send(&self, document: &Document, variables: &Value) -> Result<Envelope, Failure> {
        let mut tries = 0;
        loop {
            let envelope = self.once(document, variables)?;
            let throttled = envelope.errors.iter().any(|error| error.code == "THROTTLED");
            tries += 1;
            let pause = trouble::pause(envelope.cost);
            let again = throttled && tries < TRIES && self.pace.wait_for_allowance(pause);
            if !again {
                if document.writes && envelope.errors.is_empty() {
                    self.pace.set_under_way();
                }
                return Ok(envelope);
            }
        }
    }

    fn once(&self, document: &Document, variables: &Value) -> Result<Envelope, Failure> {
        if document.writes {
            self.pace.ensure_wanted()?;
        }
        let body = json!({ "query": document.text, "variables": variables, "operationName": document.name });
        let request = Request::post(format!("{}/admin/api/{API_VERSION}/graphql.json", self.name.origin()))
            .header("accept", "application/json")
            .header("x-shopify-access-token", credential::value(TOKEN))
            .json(&body);
        let request = if document.writes { request } else { request.read_only() };
        let response = request.send(&self.call.http)?;
        note_version(&response);
        if !response.is_success() {
            return Err(trouble::of_status(&response));
        }
        let answer: Value = response.json()?;
        Ok(Envelope::of(&answer))
    }
}

/// The variables that every document with our entries takes.
pub(crate) fn entries() -> Value {
    json!({ "namespace": NAMESPACE, "key": IMPORT_KEY })
}

/// Those, and more.
pub(crate) fn with_entries(more: Value) -> Value {
    let mut variables = entries();
    if let (Value::Object(all), Value::Object(more)) = (&mut variables, more) {
        all.extend(more);
    }
    variables
}

fn read<T: Read>(document: &Document, data: Option<Value>) -> Result<T, Failure> {
    let effect = if document.writes { Effect::Unknown } else { Effect::None };
    T::read(&data.unwrap_or_default()).ok_or_else(|| {
        Failure::upstream_changed(
            "The answer of Shopify is not understood any more: the plugin may need an update.",
        )
        .effect(effect)
        .with_detail("document", document.name)
    })
}

/// A version that is served no more is answered by an older or newer one.
fn note_version(response: &Response) {
    if let Some(served) = response.header("x-shopify-api-version").filter(|served| *served != API_VERSION) {
        warn!(["asked" = API_VERSION, "served" = served]; "Shopify answers in another version of its API");
    }
    if let Some(reason) = response.header("x-shopify-api-deprecated-reason") {
        warn!(["reason" = reason]; "Shopify calls something that was used deprecated");
    }
}
