//! A family over time, on a real database.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use sourcepilot_domain::plan::Plan;
use sourcepilot_test_db::TestDb;

use super::{Exchange, exchange, next};
use crate::db::users::{self, NewUser, User};
use crate::db::{Db, DbConfig, DbError};
use crate::service::auth::{TokenKind, Tokens};

struct Family {
    _test: TestDb,
    db: Db,
    tokens: Tokens,
    user: User,
}

fn at(seconds: i64) -> DateTime<Utc> {
    "2026-11-24T08:00:00Z".parse::<DateTime<Utc>>().expect("a moment") + TimeDelta::seconds(seconds)
}

impl Family {
    async fn begin() -> (Self, String) {
        let test = TestDb::new().await;
        let db =
            Db::connect(&DbConfig { connections: 8, ..DbConfig::new(test.url()) }).await.expect("a database");
        let new = NewUser {
            email: "anna@example.com".to_owned(),
            password_hash: SecretString::from("x"),
            plan: Plan::Free,
            is_admin: false,
        };
        let user =
            db.transaction(async move |tx| users::create(&tx, new, at(0)).await).await.expect("a user");
        let key = SecretString::from("0123456789abcdef0123456789abcdef");
        let tokens = Tokens::new(&key, TimeDelta::minutes(15), TimeDelta::days(7));
        let family = Family { _test: test, db, tokens, user };
        let (tokens, user) = (family.tokens.clone(), family.user.clone());
        let first = family.db.transaction(async move |tx| next(&tx, &tokens, &user, None, at(0)).await);
        let first = first.await.expect("a token").expose_secret().to_owned();
        (family, first)
    }

    /// What comes of sending this token at this second.
    async fn send(&self, token: &str, second: i64) -> Option<String> {
        let (tokens, user, token) = (self.tokens.clone(), self.user.clone(), SecretString::from(token));
        let claims = self.tokens.read(&token, TokenKind::Refresh, at(second)).expect("signed");
        let exchange = self.db.transaction(async move |tx| {
            Ok::<_, DbError>(match exchange(&tx, &tokens, &user, &token, claims, at(second)).await? {
                Exchange::Next(token) => Some(token.expose_secret().to_owned()),
                Exchange::Refused => None,
            })
        });
        exchange.await.expect("a database")
    }
}

#[tokio::test]
async fn a_lost_answer_is_given_again_and_no_branch_grows() {
    let (family, first) = Family::begin().await;
    let second = family.send(&first, 100).await.expect("the next");
    assert_ne!(first, second);
    assert_eq!(family.send(&first, 105).await.as_ref(), Some(&second));
    let third = family.send(&second, 106).await.expect("the next");
    // Still within seconds: the tip, not a token of its own.
    assert_eq!(family.send(&first, 110).await.as_ref(), Some(&third));
    assert_eq!(family.send(&second, 110).await.as_ref(), Some(&third));
    assert!(family.send(&third, 111).await.is_some());
}

#[tokio::test]
async fn a_token_that_comes_back_later_ends_its_family_and_no_other() {
    let (family, first) = Family::begin().await;
    let (tokens, user) = (family.tokens.clone(), family.user.clone());
    let other = family.db.transaction(async move |tx| next(&tx, &tokens, &user, None, at(0)).await);
    let other = other.await.expect("a token").expose_secret().to_owned();
    let second = family.send(&first, 100).await.expect("the next");
    assert_eq!(family.send(&first, 111).await, None);
    assert_eq!(family.send(&second, 112).await, None);
    assert_eq!(family.send(&first, 112).await, None);
    assert!(family.send(&other, 112).await.is_some());
}

#[tokio::test]
async fn a_token_of_an_older_installation_is_good_once() {
    let (family, _) = Family::begin().await;
    let row = uuid::Uuid::now_v7();
    let (unknown, _) = family.tokens.refresh(family.user.id, row, at(0));
    let unknown = unknown.expose_secret();
    let second = family.send(unknown, 50).await.expect("the next");
    assert_eq!(family.send(unknown, 51).await.as_ref(), Some(&second));
    assert_eq!(family.send(unknown, 100).await, None);
    assert_eq!(family.send(&second, 100).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_all_get_the_same() {
    let (family, first) = Family::begin().await;
    let family = std::sync::Arc::new(family);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (family, first) = (std::sync::Arc::clone(&family), first.clone());
        tasks.spawn(async move { family.send(&first, 100).await });
    }
    let answers = tasks.join_all().await;
    assert!(answers[0].is_some() && answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}
