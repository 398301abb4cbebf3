use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use sourcepilot_domain::scope::Scope;
use utoipa::ToSchema;

use super::super::billing::PlanName;
use super::super::{Answer, AppState, Authorized, Invalid, Refusal};
use super::LONGEST_PASSWORD;
use crate::http::access::Needs;
use crate::http::validate::{Body, Input, Reader};
use crate::service::provisioning::{self, Provisioned};

const LONGEST_ID: usize = 255;

/// What the platform calls its plans, in the field `tier`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tier {
    Own(Plan),
    Starter,
    Growth,
}

impl Tier {
    const ALL: [Tier; 5] = [
        Tier::Own(Plan::Free),
        Tier::Starter,
        Tier::Growth,
        Tier::Own(Plan::Pro),
        Tier::Own(Plan::Enterprise),
    ];

    fn name(self) -> &'static str {
        match self {
            Tier::Own(plan) => plan.as_str(),
            Tier::Starter => "starter",
            Tier::Growth => "growth",
        }
    }

    /// Never more than was paid for there: its bundles know only free and pro.
    fn plan(self) -> Plan {
        match self {
            Tier::Own(plan) => plan,
            Tier::Starter => Plan::Free,
            Tier::Growth => Plan::Pro,
        }
    }
}

/// An account for a user of the platform.
#[derive(Debug, ToSchema)]
pub struct Provision {
    #[schema(format = Email)]
    email: String,
    /// For a new account only; without it the account has none until its owner sets
    /// one by e-mail.
    #[schema(value_type = Option<String>, max_length = 1024, format = Password)]
    password: Option<SecretString>,
    /// `free`, `pro` or `enterprise`; under the name `tier` also `starter` (as `free`)
    /// and `growth` (as `pro`). `free` changes nothing of an account that is there.
    #[schema(value_type = Option<PlanName>, example = "pro")]
    plan: Plan,
    /// What the platform calls the user; `platform_user_id` is understood as well.
    #[schema(max_length = 255)]
    external_platform_id: String,
    /// What the platform calls the shop; `store_id` is understood as well.
    #[schema(max_length = 255)]
    external_store_id: Option<String>,
}

impl Input for Provision {
    const BODY: Body = Body::Required;
    const NEEDS: Needs = Needs::Scope(Scope::Provision);
    const TOKEN_OR_KEY: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let email = reader.body("email").email();
        let password = reader.body("password").optional_text(0..=LONGEST_PASSWORD);
        let plan = match reader.has_field("plan") || !reader.has_field("tier") {
            true => reader.body("plan").choice_or(&Plan::ALL, Plan::as_str, Plan::Free),
            false => {
                reader.body("tier").choice_or(&Tier::ALL, Tier::name, Tier::Own(Plan::Free)).map(Tier::plan)
            }
        };
        let platform_id = reader.body_any(&["external_platform_id", "platform_user_id"]).text(1..=LONGEST_ID);
        let store_id = reader.body_any(&["external_store_id", "store_id"]).optional_text(0..=LONGEST_ID);
        Some(Provision {
            email: email?,
            password: password?.filter(|text| !text.is_empty()).map(SecretString::from),
            plan: plan?,
            external_platform_id: platform_id?,
            external_store_id: store_id?,
        })
    }
}

/// The account and a new key of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProvisionedAccount {
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    /// With the scopes `read`, `write` and `admin`. It is shown only now.
    api_key: String,
}

/// Make an account for a user of the platform, or find it, and give it one more key.
/// For service accounts only.
#[utoipa::path(post, path = "/api/v1/auth/provision", tag = "auth", request_body = Provision,
    security(("jwt" = [])), extensions(("x-required-scope" = json!(Provision::NEEDS))), responses(
    (status = 201, body = ProvisionedAccount), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 422, body = Invalid), (status = 503, body = Refusal)))]
pub async fn provision(
    State(app): AppState,
    request: Authorized<Provision>,
) -> Answer<(StatusCode, Json<ProvisionedAccount>)> {
    let Authorized { session, input, .. } = request;
    let Provision { email, password, plan, external_platform_id, external_store_id } = input;
    let wanted = provisioning::Provision {
        email,
        password,
        plan,
        platform_id: external_platform_id,
        store_id: external_store_id,
    };
    let Provisioned { user, key } = provisioning::provision(&app, &session, wanted).await?;
    let account = ProvisionedAccount { user_id: user, api_key: key.expose_secret().to_owned() };
    Ok((StatusCode::CREATED, Json(account)))
}
