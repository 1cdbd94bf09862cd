//! A batch as it is stored and told: its state, its counts, and what it waits for.

pub mod open;

use maytapi::named_enum;

use super::pace::plan::Plan;
use crate::phone::feed::item::{Audience, Change};
use crate::phone::feed::message::quoted;

named_enum! {
    /// How far a batch has come. Their order is that of their numbers in storage, which may never change.
    pub enum State {
        /// Its rows are being uploaded.
        Draft = "draft",
        /// Its rows go out, or wait until they may.
        Running = "running",
        /// Somebody stopped it for now.
        Paused = "paused",
        /// It was stopped, and needs a person.
        Held = "held",
        /// No row waits any more.
        Done = "done",
        /// Somebody ended it.
        Cancelled = "cancelled",
        /// Its time was over.
        Expired = "expired",
    }
}

named_enum! {
    /// What became of a row. Their order is that of their numbers in storage, which may never change.
    pub enum RowState {
        /// It has not left.
        Waiting = "waiting",
        /// It may have left.
        Posted = "posted",
        /// Maytapi has it.
        Queued = "queued",
        /// Maytapi said no.
        Refused = "refused",
        /// Nobody knows.
        Unknown = "unknown",
        /// It is not sent, for a reason of ours.
        Skipped = "skipped",
        /// It is not sent, since the batch ended before.
        Cancelled = "cancelled",
    }
}

named_enum! {
    /// What a running batch waits for. Their order is that of their numbers in storage, which may never change.
    pub enum WaitsFor {
        /// The time between two messages.
        Pace = "pace",
        /// The end of quiet hours.
        QuietHours = "quiet_hours",
        /// The next day.
        DailyCap = "daily_cap",
        /// A limit of the caller, a recipient or the phone.
        Limit = "limit",
        /// The phone, which isn't connected or is switched off.
        Phone = "phone",
        /// The storage, which refuses.
        Storage = "storage",
        /// Its start.
        Start = "start",
    }
}

/// Finds by the number in storage, and numbers.
macro_rules! stored_by_number {
    ($($name:ident),+) => {$(
        impl $name {
            /// Its number in storage.
            #[must_use]
            pub const fn number(self) -> i64 {
                self as i64
            }

            /// The one of this number.
            #[must_use]
            pub fn from_number(number: i64) -> Option<Self> {
                $name::ALL.into_iter().find(|one| one.number() == number)
            }
        }
    )+};
}

stored_by_number!(State, RowState, WaitsFor);

impl State {
    /// Whether nothing of it goes out any more.
    #[must_use]
    pub fn is_ended(self) -> bool {
        matches!(self, State::Done | State::Cancelled | State::Expired)
    }
}

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Maytapi has them.
    pub queued: i64,
    /// Maytapi said no.
    pub refused: i64,
    /// Nobody knows.
    pub unknown: i64,
    /// Not sent, for a reason of ours.
    pub skipped: i64,
    /// Not sent, since the batch ended.
    pub cancelled: i64,
    /// Of those queued: Maytapi said later that they failed.
    pub failed: i64,
}

impl Counts {
    /// Counts rows that came to this; one that waits or is posted has come to nothing yet.
    pub fn add(&mut self, state: RowState, rows: i64) {
        let count = match state {
            RowState::Waiting | RowState::Posted => return,
            RowState::Queued => &mut self.queued,
            RowState::Refused => &mut self.refused,
            RowState::Unknown => &mut self.unknown,
            RowState::Skipped => &mut self.skipped,
            RowState::Cancelled => &mut self.cancelled,
        };
        *count = count.saturating_add(rows);
    }

    /// How many rows have come to an end.
    #[must_use]
    pub fn ended(&self) -> i64 {
        [self.queued, self.refused, self.unknown, self.skipped, self.cancelled].iter().sum()
    }
}

/// A batch, but for its content.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Its number in storage.
    pub n: i64,
    /// As callers name it.
    pub id: String,
    /// The number of its last change in the feed.
    pub seq: i64,
    /// How far it has come.
    pub state: State,
    /// Why it is held.
    pub reason: Option<String>,
    /// Whose it is: the caller's pseudonym.
    pub caller: String,
    /// What was asked for, told from another request with the same key by this.
    pub digest: String,
    /// What its caller asked for, as JSON.
    pub plan: String,
    /// What the rules of pace remember of it.
    pub pace: String,
    /// How many rows it has.
    pub size: i64,
    /// The first row that may wait.
    pub next_row: i64,
    /// When the next may go, in milliseconds since 1970.
    pub next_at: i64,
    /// What it waits for until then.
    pub waits_for: Option<WaitsFor>,
    /// When it was made, in milliseconds since 1970.
    pub made: i64,
    /// After when nothing of it goes out.
    pub expires: i64,
    /// When it ended.
    pub ended: Option<i64>,
    /// How many rows came to what.
    pub counts: Counts,
}

/// What is known of a batch at the moment beside what is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Now {
    /// Whether one of its rows is at Maytapi.
    pub is_posting: bool,
    /// How many it sends a minute.
    pub rate: Option<f64>,
    /// Until when nothing is tried, since the storage refused.
    pub storage_until: Option<i64>,
    /// When the last row is likely to be sent.
    pub ends_ms: Option<i64>,
}

impl Batch {
    /// How many rows wait, the one at Maytapi among them.
    #[must_use]
    pub fn open(&self) -> i64 {
        self.size.saturating_sub(self.counts.ended())
    }

    /// Whether something is to be done for it yet, be it that rows are to be cancelled. Storage asks the same of its rows.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.state.is_ended() || self.open() > 0
    }

    /// What it waits for and until when, as JSON; nothing unless it runs.
    fn waiting(&self, now: Now) -> Option<String> {
        let storage = now.storage_until.map(|until| (WaitsFor::Storage, until));
        let (waits_for, until) = storage.or(self.waits_for.map(|waits_for| (waits_for, self.next_at)))?;
        (self.state == State::Running).then(|| format!(r#"{{"for":"{}","until":{until}}}"#, waits_for.as_str()))
    }

    fn counts(&self, now: Now) -> String {
        let Counts { queued, refused, unknown, skipped, cancelled, failed } = self.counts;
        let posted = i64::from(now.is_posting);
        let waiting = self.open().saturating_sub(posted).max(0);
        format!(
            r#"{{"waiting":{waiting},"posted":{posted},"queued":{queued},"refused":{refused},"unknown":{unknown},"skipped":{skipped},"cancelled":{cancelled},"failed":{failed}}}"#
        )
    }

    /// What the feed and answers have in common, without braces.
    fn common(&self, now: Now) -> String {
        let mut text =
            format!(r#""id":{},"state":"{}","counts":{}"#, quoted(&self.id), self.state.as_str(), self.counts(now));
        let mut member = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                text.push_str(&format!(r#","{name}":{value}"#));
            }
        };
        member("reason", self.reason.as_deref().filter(|_| self.state == State::Held).map(quoted));
        member("waiting", self.waiting(now));
        member("rate", now.rate.map(|rate| format!("{rate:.1}")));
        text
    }

    /// As callers see it, in JSON.
    #[must_use]
    pub fn json(&self, now: Now) -> String {
        let Batch { size, made, expires, plan, .. } = self;
        let optional = |name, at: Option<i64>| at.map(|at| format!(r#","{name}":{at}"#)).unwrap_or_default();
        let ended = optional("ended", self.ended) + &optional("endsAt", now.ends_ms);
        let start = optional("startAt", Plan::parse(plan).and_then(|plan| plan.start_ms));
        format!(
            r#"{{{},"size":{size},"made":{made},"expires":{expires}{start}{ended},"plan":{plan}}}"#,
            self.common(now)
        )
    }

    /// As an item of the feed.
    #[must_use]
    pub fn change(&self, now: Now) -> Change {
        let item = format!(r#"{{"kind":"batch","seq":{},{}}}"#, self.seq, self.common(now));
        Change { seq: self.seq, audience: Audience::Caller(self.caller.clone()), item }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn batch() -> Batch {
        Batch {
            n: 1,
            id: "b_1".into(),
            seq: 7,
            state: State::Running,
            reason: None,
            caller: "c".into(),
            digest: String::new(),
            plan: r#"{"perMinute":20,"startAt":6,"expiresAt":500}"#.into(),
            pace: String::new(),
            size: 10,
            next_row: 3,
            next_at: 99,
            waits_for: Some(WaitsFor::QuietHours),
            made: 5,
            expires: 500,
            ended: None,
            counts: Counts { queued: 2, skipped: 1, failed: 1, ..Counts::default() },
        }
    }

    #[test]
    fn numbers_in_storage_stay() {
        assert_eq!(State::ALL.map(State::number), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!((State::Running.number(), State::Held.number(), State::Expired.number()), (1, 3, 6));
        assert_eq!((RowState::Waiting.number(), RowState::Posted.number(), RowState::Cancelled.number()), (0, 1, 6));
        assert_eq!((WaitsFor::Pace.number(), WaitsFor::Start.number()), (0, 6));
        assert_eq!((State::from_number(4), State::from_number(7)), (Some(State::Done), None));
    }

    #[test]
    fn a_batch_that_is_held_or_paused_may_go_on() {
        let ended = State::ALL.into_iter().filter(|state| state.is_ended());
        assert!(ended.eq([State::Done, State::Cancelled, State::Expired]));
    }

    #[test]
    fn every_row_is_counted_once() {
        let mut counts = Counts::default();
        RowState::ALL.into_iter().for_each(|state| counts.add(state, 1));
        assert_eq!((counts.ended(), counts.failed), (5, 0));
    }

    #[test]
    fn a_batch_is_told_with_what_it_waits_for() {
        let now = Now { is_posting: true, rate: Some(18.52), storage_until: None, ends_ms: Some(400) };
        let json: serde_json::Value = serde_json::from_str(&batch().json(now)).unwrap();
        assert_eq!(json["waiting"], serde_json::json!({ "for": "quiet_hours", "until": 99 }));
        assert_eq!((&json["counts"]["waiting"], &json["counts"]["posted"]), (&6.into(), &1.into()));
        assert_eq!((&json["rate"], &json["plan"]["perMinute"]), (&serde_json::json!(18.5), &20.into()));
        assert_eq!((&json["startAt"], &json["expires"]), (&6.into(), &500.into()));
        assert_eq!(json["endsAt"], 400);
        let change = batch().change(Now::default());
        let item: serde_json::Value = serde_json::from_str(&change.item).unwrap();
        assert_eq!((&item["kind"], &item["seq"], change.seq), (&"batch".into(), &7.into(), 7));
        assert_eq!(change.audience, Audience::Caller("c".into()));
        let held = Batch { state: State::Held, reason: Some("refusals".into()), ..batch() };
        let json: serde_json::Value = serde_json::from_str(&held.json(now)).unwrap();
        assert_eq!((&json["reason"], json.get("waiting")), (&"refusals".into(), None));
    }
}
