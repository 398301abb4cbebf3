//! Requests at the same time, a hundred times each: no limit is passed, nothing is
//! there twice, and no answer is a fault of ours.

mod money;
mod rows;

use serde_json::Value;

use crate::util::{Client, Reply, Setup, TestApp};

const ROUNDS: usize = 100;

async fn app(plugins: &[&'static str]) -> TestApp {
    Setup::default().set("RATE_LIMIT_PER_ADDRESS", "0").plugins(plugins).start().await
}

/// The same request, so many times at once.
async fn at_once(client: &Client, times: usize, path: &str, body: &Value) -> Vec<Reply> {
    let tasks: Vec<_> = (0..times)
        .map(|_| {
            let (client, path, body) = (client.clone(), path.to_owned(), body.clone());
            tokio::spawn(async move { client.post(&path, &body).await })
        })
        .collect();
    let mut replies = Vec::with_capacity(times);
    for task in tasks {
        replies.push(task.await.expect("an answer"));
    }
    replies
}

/// How many were answered so, when all were answered in one of these two ways.
fn tally(replies: &[Reply], good: u16, refused: u16) -> (usize, usize) {
    let count = |status: u16| replies.iter().filter(|reply| reply.status.as_u16() == status).count();
    let others: Vec<&str> = replies
        .iter()
        .filter(|reply| ![good, refused].contains(&reply.status.as_u16()))
        .map(|reply| reply.text.as_str())
        .collect();
    assert!(others.is_empty(), "{others:?}");
    (count(good), count(refused))
}
