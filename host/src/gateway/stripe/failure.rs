use stripe::StripeError;

/// Why Stripe did not do it. The sentences are for merchants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StripeFailure {
    /// Nothing came back in time, or Stripe is busy. `kept` when Stripe will repeat this
    /// answer for the same key.
    #[error("The payment provider does not answer at the moment. Try again in a minute.")]
    Unavailable { kept: bool },
    /// The key is wrong or may not do this.
    #[error("The payment provider does not accept this installation's key. Please tell its administrator.")]
    Key,
    /// What was named does not exist there.
    #[error("The payment provider does not know this any more. Please try again.")]
    Missing { parameter: Option<String> },
    /// Anything else that Stripe refuses.
    #[error(
        "The payment provider refused the request ({code}). Please tell this installation's administrator."
    )]
    Refused { code: String },
    /// The answer is not what the API describes.
    #[error("The payment provider's answer was not understood. Try again in a minute.")]
    Unreadable,
}

impl StripeFailure {
    /// What an error of the client means. It goes to the log here, without texts of
    /// Stripe's, which repeat what was sent.
    pub(super) fn of(error: &StripeError) -> Self {
        match error {
            StripeError::Stripe(problem, status) => {
                let kind = problem.type_.as_str();
                let code = problem.code.as_ref().map_or(kind, |code| code.as_str());
                let parameter = problem.param.as_deref();
                tracing::warn!(
                    stripe.status = status,
                    stripe.kind = kind,
                    stripe.code = code,
                    stripe.parameter = parameter,
                    stripe.log = problem.request_log_url.as_deref(),
                    "Stripe refused a request"
                );
                match status {
                    401 | 403 => StripeFailure::Key,
                    409 | 429 => StripeFailure::Unavailable { kept: false },
                    500.. => StripeFailure::Unavailable { kept: true },
                    _ if code == "resource_missing" => {
                        StripeFailure::Missing { parameter: parameter.map(str::to_owned) }
                    }
                    _ => StripeFailure::Refused { code: code.to_owned() },
                }
            }
            StripeError::Timeout => {
                tracing::warn!("Stripe did not answer in time");
                StripeFailure::Unavailable { kept: false }
            }
            StripeError::ClientError(problem) => {
                tracing::warn!(%problem, "Stripe was not reached");
                StripeFailure::Unavailable { kept: false }
            }
            // A failure whose body is a web page, or an answer of another service.
            StripeError::JSONDeserialize(problem) => {
                tracing::warn!(%problem, "an answer of Stripe is not readable");
                StripeFailure::Unavailable { kept: true }
            }
            StripeError::ConfigError(problem) => {
                tracing::error!(%problem, "the settings for Stripe cannot be used");
                StripeFailure::Key
            }
        }
    }

    /// Whether the same may succeed in a moment.
    pub fn is_passing(&self) -> bool {
        matches!(self, StripeFailure::Unavailable { .. })
    }

    /// Whether only another key can make it succeed.
    pub(super) fn is_kept_under_the_key(&self) -> bool {
        matches!(self, StripeFailure::Unavailable { kept: true })
    }
}
