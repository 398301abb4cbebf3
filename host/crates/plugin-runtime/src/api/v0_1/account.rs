//! The interfaces that suppliers and stores have in common.

use sourcepilot_domain::grant::GrantInfo;
use sourcepilot_domain::product::AccountInfo;
use sourcepilot_domain::{ErrorKind, Failure};

use super::bindings::exports::sourcepilot::plugin::{authorization, connection, token_renewal};
use super::into_domain as checked;
use super::into_wit::context;
use crate::call::Context;
use crate::run::{Reply, Running};

/// Their indices in one component.
pub(super) struct Account {
    pub(super) connection: connection::GuestIndices,
    pub(super) authorization: Option<authorization::GuestIndices>,
    pub(super) token_renewal: Option<token_renewal::GuestIndices>,
}

/// The answer to a call of an interface that the plugin does not have.
pub(super) fn absent<T>(feature: &str) -> Reply<T> {
    Ok(Err(Failure::new(ErrorKind::Unsupported, format!("the plugin does not offer `{feature}`"))))
}

impl Account {
    pub(super) fn check_types(&self, at: &mut Running) -> wasmtime::Result<()> {
        self.connection.load(&mut at.store, &at.instance)?;
        if let Some(indices) = &self.authorization {
            indices.load(&mut at.store, &at.instance)?;
        }
        if let Some(indices) = &self.token_renewal {
            indices.load(&mut at.store, &at.instance)?;
        }
        Ok(())
    }

    pub(super) async fn check(&self, at: &mut Running, c: &Context) -> Reply<AccountInfo> {
        let guest = self.connection.load(&mut at.store, &at.instance)?;
        let answer = guest.call_check(&mut at.store, &context(c)).await?;
        Ok(checked::reply(answer, checked::account))
    }

    pub(super) async fn consent_url(
        &self,
        at: &mut Running,
        c: &Context,
        redirect: &str,
        state: &str,
    ) -> Reply<String> {
        let Some(indices) = &self.authorization else { return absent("authorization") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer = guest.call_consent_url(&mut at.store, &context(c), redirect, state).await?;
        Ok(checked::reply(answer, Ok))
    }

    pub(super) async fn exchange_code(
        &self,
        at: &mut Running,
        c: &Context,
        redirect: &str,
    ) -> Reply<GrantInfo> {
        let Some(indices) = &self.authorization else { return absent("authorization") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer = guest.call_exchange_code(&mut at.store, &context(c), redirect).await?;
        Ok(checked::reply(answer, checked::grant))
    }

    pub(super) async fn renew(&self, at: &mut Running, c: &Context) -> Reply<()> {
        let Some(indices) = &self.token_renewal else { return absent("token-renewal") };
        let guest = indices.load(&mut at.store, &at.instance)?;
        let answer = guest.call_renew(&mut at.store, &context(c)).await?;
        Ok(checked::reply(answer, Ok))
    }
}

/// The account functions of an adapter, which are the same for both kinds.
macro_rules! account_api {
    ($exports:ty, $at:ident, $this:ident, $more:block) => {
        #[async_trait::async_trait]
        impl $crate::api::AccountApi for $exports {
            fn check_types(&self, $at: &mut Running) -> wasmtime::Result<()> {
                self.account.check_types($at)?;
                let $this = self;
                $more
            }

            async fn check(&self, at: &mut Running, context: &Context) -> Reply<AccountInfo> {
                self.account.check(at, context).await
            }

            async fn consent_url(
                &self,
                at: &mut Running,
                context: &Context,
                redirect: &str,
                state: &str,
            ) -> Reply<String> {
                self.account.consent_url(at, context, redirect, state).await
            }

            async fn exchange_code(
                &self,
                at: &mut Running,
                context: &Context,
                redirect: &str,
            ) -> Reply<GrantInfo> {
                self.account.exchange_code(at, context, redirect).await
            }

            async fn renew(&self, at: &mut Running, context: &Context) -> Reply<()> {
                self.account.renew(at, context).await
            }
        }
    };
}

pub(super) use account_api;
