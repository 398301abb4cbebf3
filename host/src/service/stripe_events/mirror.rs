//! Keeping a subscription as Stripe has it, and the user's plan with it.

use chrono::{DateTime, Utc};
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::plan::Plan;
use sourcepilot_domain::subscription::{Absorbed, Snapshot, Stamp, Subscription, plan_after};

use super::{Note, event};
use crate::app::App;
use crate::db::users::User;
use crate::db::{DbError, Tx, stripe_events, subscriptions, users};
use crate::service::events;

/// So often Stripe is asked anew because somebody else was faster.
const ROUNDS: u32 = 3;

/// What one event says.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub snapshot: Snapshot,
    pub stamp: Stamp,
}

/// What Stripe said when it was asked, and which version of ours that may replace.
#[derive(Clone, Debug)]
struct Truth {
    snapshot: Snapshot,
    version: i64,
}

enum Done {
    /// It was dealt with; the user, when the plan is another one now.
    Finished(Option<User>),
    /// Our subscription changed while Stripe was asked.
    AskAgain,
}

/// Do what an event asks for, once.
///
/// # Errors
/// When the database does not answer; nothing is done then.
pub(super) async fn mirror(app: &App, user: UserId, heard: Heard, note: &Note) -> Result<(), DbError> {
    for round in 1..=ROUNDS {
        let truth = truth(app, user, &heard).await?;
        let is_last = round == ROUNDS;
        let settings = app.config.stripe.clone();
        let (heard, note, now) = (heard.clone(), note.clone(), app.now());
        let done = app
            .db
            .transaction(async move |tx| {
                let work = Work { heard, truth, note, now, is_last };
                let plan_of = |snapshot: &Snapshot| {
                    snapshot.price_id.as_deref().and_then(|price| settings.plan_of(price))
                };
                work.run(&tx, user, plan_of).await
            })
            .await?;
        if let Done::Finished(changed) = done {
            if let Some(user) = changed {
                events::plan_changed(app, &user);
            }
            return Ok(());
        }
    }
    Ok(())
}

/// Ask Stripe, outside any transaction, when events alone do not tell which is newer.
async fn truth(app: &App, user: UserId, heard: &Heard) -> Result<Option<Truth>, DbError> {
    let Some(stripe) = &app.stripe else { return Ok(None) };
    let id = &heard.snapshot.stripe_subscription_id;
    let all = subscriptions::list(&app.db, user).await?;
    let known = all.into_iter().find(|one| one.stripe_subscription_id == *id);
    let Some(known) = known.filter(|known| known.ties_with(heard.snapshot.status, &heard.stamp)) else {
        return Ok(None);
    };
    // When Stripe does not answer, the order of the events' ids must do.
    let read = stripe.subscription(id).await.ok();
    let snapshot = read.and_then(|object| event::snapshot(&object, false));
    Ok(snapshot
        .filter(|read| read.stripe_subscription_id == *id)
        .map(|snapshot| Truth { snapshot, version: known.version }))
}

struct Work {
    heard: Heard,
    truth: Option<Truth>,
    note: Note,
    now: DateTime<Utc>,
    is_last: bool,
}

impl Work {
    async fn run(
        self,
        tx: &Tx,
        user: UserId,
        plan_of: impl Fn(&Snapshot) -> Option<Plan>,
    ) -> Result<Done, DbError> {
        // Events about one user are dealt with one after the other.
        let Some(before) = users::lock(tx, user).await? else { return Ok(Done::Finished(None)) };
        let mut all = subscriptions::list(tx, user).await?;
        let id = &self.heard.snapshot.stripe_subscription_id;
        let place = all.iter().position(|one| one.stripe_subscription_id == *id);
        if let (Some(at), Some(truth)) = (place, &self.truth)
            && all[at].version != truth.version
            && !self.is_last
        {
            return Ok(Done::AskAgain);
        }
        if let Some(received) = self.note.received("obeyed")
            && !stripe_events::record(tx, received, self.now).await?
        {
            return Ok(Done::Finished(None));
        }
        let subscription = match place {
            Some(at) => self.change(&mut all[at], plan_of),
            None => {
                all.push(self.begin(user, plan_of));
                all.last().cloned()
            }
        };
        let Some(subscription) = subscription else { return Ok(Done::Finished(None)) };
        subscriptions::save(tx, &subscription).await?;
        set_plan(tx, &before, plan_after(&all, &subscription), self.now).await.map(Done::Finished)
    }

    fn begin(&self, user: UserId, plan_of: impl Fn(&Snapshot) -> Option<Plan>) -> Subscription {
        let Heard { snapshot, stamp } = self.heard.clone();
        let plan = plan_of(&snapshot);
        warn_of_price(&snapshot, plan);
        Subscription::begin(user, snapshot, plan, stamp, self.now)
    }

    /// The changed subscription; nothing when the event says nothing new.
    fn change(
        &self,
        known: &mut Subscription,
        plan_of: impl Fn(&Snapshot) -> Option<Plan>,
    ) -> Option<Subscription> {
        let Heard { snapshot, stamp } = self.heard.clone();
        let plan = plan_of(&snapshot);
        warn_of_price(&snapshot, plan);
        let read = self.truth.as_ref().filter(|truth| truth.version == known.version);
        let after = known.as_of.read_after(&stamp);
        let mut absorbed = known.absorb(snapshot, plan, stamp, self.now);
        if let Some(truth) = read {
            let plan = plan_of(&truth.snapshot);
            let really = known.absorb(truth.snapshot.clone(), plan, after, self.now);
            absorbed = if really == Absorbed::Nothing { absorbed } else { really };
        }
        (absorbed != Absorbed::Nothing).then(|| known.clone())
    }
}

fn warn_of_price(snapshot: &Snapshot, plan: Option<Plan>) {
    if plan.is_none() {
        tracing::warn!(
            stripe.price = snapshot.price_id.as_deref(),
            "a subscription is for a price that stands for no plan; it entitles to nothing new"
        );
    }
}

async fn set_plan(
    tx: &Tx,
    user: &User,
    plan: Option<Plan>,
    now: DateTime<Utc>,
) -> Result<Option<User>, DbError> {
    let Some(plan) = plan.filter(|plan| *plan != user.plan) else { return Ok(None) };
    users::set_plan(tx, user.id, plan, now).await?;
    tracing::info!(user.id = %user.id, plan = %plan, "a user's plan has changed");
    Ok(Some(User { plan, ..user.clone() }))
}
