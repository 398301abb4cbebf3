//! Password hashing, on threads of its own and only so much at a time: each hash
//! takes tens of milliseconds and megabytes of memory. New hashes are Argon2id;
//! bcrypt hashes of older installations are checked, and replaced at the login.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::AuthError;
use crate::config::AuthConfig;

/// What came of checking a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub matches: bool,
    /// The hash was made with other parameters than those set now.
    pub outdated: bool,
}

/// Hashes and checks passwords.
#[derive(Debug)]
pub struct Passwords {
    argon2: Argon2<'static>,
    /// Checked against when there is no account, so that this takes as long.
    nobody: SecretString,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    checked: AtomicU64,
}

impl Passwords {
    /// # Errors
    /// When the parameters are out of range.
    pub fn new(config: &AuthConfig) -> Result<Self, AuthError> {
        let (memory, passes, lanes) =
            (config.password_memory_kib, config.password_passes, config.password_lanes);
        let params =
            Params::new(memory, passes, lanes, None).map_err(|error| AuthError::Hash(error.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon2, &SecretString::from("nobody"))?;
        let turns = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Passwords {
            argon2,
            nobody,
            turns: Arc::new(Semaphore::new(turns)),
            waiting: AtomicUsize::new(0),
            queue: config.password_queue,
            checked: AtomicU64::new(0),
        })
    }

    /// The hash to keep of a password.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn hash(&self, password: SecretString) -> Result<SecretString, AuthError> {
        let argon2 = self.argon2.clone();
        self.in_turn(move || hash(&argon2, &password)).await?
    }

    /// Check a password against a hash, or against nothing in the same time.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn verify(
        &self,
        password: SecretString,
        hash: Option<SecretString>,
    ) -> Result<Verdict, AuthError> {
        let argon2 = self.argon2.clone();
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        self.checked.fetch_add(1, Ordering::Relaxed);
        let verdict = self.in_turn(move || verify(&argon2, &password, &hash)).await??;
        Ok(Verdict { matches: verdict.matches && exists, ..verdict })
    }

    /// How many passwords were checked, whether there was an account or not.
    pub fn checked(&self) -> u64 {
        self.checked.load(Ordering::Relaxed)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AuthError> {
        let turn = {
            let place = Place::take(&self.waiting, self.queue).ok_or(AuthError::Busy)?;
            let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| AuthError::Busy)?;
            drop(place);
            turn
        };
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        })
        .await
        .map_err(|error| AuthError::Hash(error.to_string()))
    }
}

/// A place in the queue, given back when the caller goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let place = Place(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < most).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash(argon2: &Argon2<'_>, password: &SecretString) -> Result<SecretString, AuthError> {
    let hash = argon2
        .hash_password(password.expose_secret().as_bytes())
        .map_err(|error| AuthError::Hash(error.to_string()))?;
    Ok(SecretString::from(hash.to_string()))
}

fn verify(argon2: &Argon2<'_>, password: &SecretString, hash: &SecretString) -> Result<Verdict, AuthError> {
    if hash.expose_secret().starts_with("$2") {
        // Only the first 72 bytes count, as they did when the hash was made.
        let matches = bcrypt::verify(password.expose_secret(), hash.expose_secret())
            .map_err(|error| AuthError::Hash(error.to_string()))?;
        return Ok(Verdict { matches, outdated: true });
    }
    let parsed =
        PasswordHash::new(hash.expose_secret()).map_err(|error| AuthError::Hash(error.to_string()))?;
    let matches = argon2.verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
    let outdated = Params::try_from(&parsed).map_or(true, |params| {
        let current = argon2.params();
        (params.m_cost(), params.t_cost(), params.p_cost())
            != (current.m_cost(), current.t_cost(), current.p_cost())
    });
    Ok(Verdict { matches, outdated })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn passwords(passes: u32, queue: usize) -> Passwords {
        let mut config = Config::load(&|_| None).expect("defaults").config.auth;
        (config.password_memory_kib, config.password_passes, config.password_queue) = (64, passes, queue);
        Passwords::new(&config).expect("parameters in range")
    }

    fn text(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = passwords(1, 8);
        let hash = passwords.hash(text("correct horse")).await.expect("a hash");
        assert!(hash.expose_secret().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        let matches =
            async |password: &str, hash| passwords.verify(text(password), hash).await.map(|v| v.matches);
        assert!(matches!(matches("correct horse", Some(hash.clone())).await, Ok(true)));
        assert!(matches!(matches("wrong", Some(hash)).await, Ok(false)));
        assert!(matches!(matches("nobody", None).await, Ok(false)));
    }

    #[tokio::test]
    async fn other_parameters_make_a_hash_outdated() {
        let hash = passwords(1, 8).hash(text("a")).await.expect("a hash");
        let verdict = passwords(2, 8).verify(text("a"), Some(hash.clone())).await.expect("a verdict");
        assert_eq!(verdict, Verdict { matches: true, outdated: true });
        let verdict = passwords(1, 8).verify(text("a"), Some(hash)).await.expect("a verdict");
        assert!(!verdict.outdated);
    }

    #[tokio::test]
    async fn bcrypt_hashes_of_older_installations_are_checked_and_outdated() {
        let passwords = passwords(1, 8);
        for (password, hash) in [
            ("correct horse", bcrypt::hash("correct horse", 4).expect("a hash")),
            // Made elsewhere, with its usual cost.
            ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".to_owned()),
        ] {
            assert!(hash.starts_with("$2"));
            let check = async |password: &str| {
                passwords
                    .verify(text(password), Some(SecretString::from(hash.clone())))
                    .await
                    .expect("a verdict")
            };
            assert_eq!(check(password).await, Verdict { matches: true, outdated: true });
            assert!(!check("wrong").await.matches);
        }
        let broken = passwords.verify(text("a"), Some(text("$2b$12$short"))).await;
        assert!(matches!(broken, Err(AuthError::Hash(_))));
    }

    #[tokio::test]
    async fn a_full_queue_says_so() {
        assert!(matches!(passwords(1, 0).hash(text("a")).await, Err(AuthError::Busy)));
        let one = passwords(1, 1);
        assert!(one.hash(text("a")).await.is_ok() && one.hash(text("b")).await.is_ok());
    }
}
