//! What a caller asks of a batch's pace, within what policy allows.

use maytapi::json::Json;
use maytapi::message::FaultCode;

use super::clock::{Clock, Offsets};
use super::quiet::Quiet;
use crate::config::{BatchPolicy, QuietHours};

/// What a batch may not exceed. Policy may have become narrower since; both hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many messages a minute.
    pub per_minute: u32,
    /// How many a day.
    pub daily_cap: Option<u32>,
    /// When nothing is sent, beside what policy says.
    pub quiet: Option<QuietHours>,
    /// Before when nothing is sent, in milliseconds since 1970.
    pub start_ms: Option<i64>,
    /// After when nothing is sent, in milliseconds since 1970.
    pub expires_ms: i64,
}

/// What is wrong with what a caller asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFault {
    /// Where, in the caller's words.
    pub path: &'static str,
    /// What, for programs.
    pub code: FaultCode,
    /// What to do, for people.
    pub message: String,
}

/// How long a batch lasts where nobody says so: what is later than that has lost its sense.
const LASTS_MS: i64 = 7 * DAY_MS;
/// How far ahead a batch may be planned, and how long it may last then.
const AHEAD_MS: i64 = 90 * DAY_MS;
const DAY_MS: i64 = 86_400_000;

const COUNT: &str = "Give a whole number from 1 on.";
const TIME: &str = "Give milliseconds since 1970-01-01.";

impl Plan {
    /// The members of the create call's body, and of a stored plan, that are read here.
    pub const MEMBERS: [&'static str; 5] = ["perMinute", "dailyCap", "quiet", "startAt", "expiresAt"];

    /// Reads what a caller asks for.
    ///
    /// # Errors
    /// Every fault; what policy doesn't allow is one that names the bound.
    pub fn read(asked: &Json, policy: &BatchPolicy, now_ms: i64, offsets: Offsets<'_>) -> Result<Self, Vec<PlanFault>> {
        let mut faults = Vec::new();
        let mut fault = |path, code, message: String| faults.push(PlanFault { path, code, message });
        let mut count = |path, most: Option<u32>| {
            let value = member(asked, path)?;
            let number = value.as_int().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
            match (number, most) {
                (Some(number), Some(most)) if number > most => {
                    fault(path, FaultCode::OutOfRange, format!("Policy allows {most} at most."));
                    None
                }
                (None, _) => {
                    fault(path, wrong_number(value), COUNT.to_owned());
                    None
                }
                (number, _) => number,
            }
        };
        let (per_minute, daily_cap) =
            (count("perMinute", Some(policy.per_minute)), count("dailyCap", policy.daily_cap));
        let quiet = member(asked, "quiet").and_then(|value| match hours(value, offsets) {
            Ok(hours) => Some(hours),
            Err((path, code, message)) => {
                fault(path, code, message.to_owned());
                None
            }
        });
        let both = policy.quiet.iter().chain(&quiet);
        if Quiet::of(both, offsets).is_some_and(|quiet| quiet.over(now_ms).is_none()) {
            fault(
                "quiet",
                FaultCode::OutOfRange,
                "With policy's quiet hours these leave no time of the day.".to_owned(),
            );
        }
        let mut time = |path, from_ms: i64, until_ms: i64, bounds: &str| {
            let value = member(asked, path)?;
            match value.as_int() {
                Some(at_ms) if (from_ms..=until_ms).contains(&at_ms) => Some(at_ms),
                Some(_) => {
                    fault(path, FaultCode::OutOfRange, format!("{bounds} {TIME}"));
                    None
                }
                None => {
                    fault(path, wrong_number(value), TIME.to_owned());
                    None
                }
            }
        };
        // A start that is just over is one that was planned with another clock; one in 1970 was written in seconds.
        let start = [now_ms.saturating_sub(DAY_MS), now_ms.saturating_add(AHEAD_MS)];
        let start_ms = time("startAt", start[0], start[1], "It is past, or more than 90 days ahead.");
        let begins_ms = start_ms.unwrap_or(now_ms).max(now_ms);
        let most_ms = begins_ms.saturating_add(AHEAD_MS);
        let expires_ms = time(
            "expiresAt",
            begins_ms.saturating_add(1),
            most_ms,
            "It is before the start, or more than 90 days after it.",
        );
        let plan = Plan {
            per_minute: per_minute.unwrap_or(policy.per_minute),
            daily_cap: daily_cap.or(policy.daily_cap),
            quiet,
            start_ms,
            expires_ms: expires_ms.unwrap_or(begins_ms.saturating_add(LASTS_MS)),
        };
        if faults.is_empty() { Ok(plan) } else { Err(faults) }
    }

    /// As JSON, for callers and for storage.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(r#"{{"perMinute":{}"#, self.per_minute);
        let mut member = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                text.push_str(&format!(r#","{name}":{value}"#));
            }
        };
        member("dailyCap", self.daily_cap.map(|cap| cap.to_string()));
        // What a zone's name may hold needs no escape.
        let hours = |hours: &QuietHours| {
            format!(r#"{{"from":"{}","to":"{}","zone":"{}"}}"#, hours.from.text(), hours.to.text(), hours.zone)
        };
        member("quiet", self.quiet.as_ref().map(hours));
        member("startAt", self.start_ms.map(|start| start.to_string()));
        member("expiresAt", Some(self.expires_ms.to_string()));
        text.push('}');
        text
    }

    /// Reads what [`Plan::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plan: Json = serde_json::from_str(text).ok()?;
        let count = |name| member(&plan, name).and_then(Json::as_int).and_then(|number| u32::try_from(number).ok());
        let known = |_: &str, _| Some(0);
        Some(Plan {
            per_minute: count("perMinute")?,
            daily_cap: count("dailyCap"),
            quiet: match member(&plan, "quiet") {
                Some(value) => Some(hours(value, &known).ok()?),
                None => None,
            },
            start_ms: member(&plan, "startAt").and_then(Json::as_int),
            expires_ms: member(&plan, "expiresAt")?.as_int()?,
        })
    }
}

/// `null` counts as left out.
fn member<'j>(object: &'j Json, name: &str) -> Option<&'j Json> {
    object.get(name).filter(|value| !value.is_null())
}

fn wrong_number(value: &Json) -> FaultCode {
    match value {
        Json::Int(_) | Json::Float(_) => FaultCode::OutOfRange,
        _ => FaultCode::WrongKind,
    }
}

fn hours(value: &Json, offsets: Offsets<'_>) -> Result<QuietHours, (&'static str, FaultCode, &'static str)> {
    const WANTED: &str =
        "Give { from, to, zone }: two times of day such as 21:00, and an IANA time zone such as Europe/Berlin.";
    let Json::Object(members) = value else { return Err(("quiet", FaultCode::WrongKind, WANTED)) };
    if members.iter().any(|(name, _)| !["from", "to", "zone"].contains(&name.as_str())) {
        return Err(("quiet", FaultCode::UnknownField, WANTED));
    }
    let text = |name, path| value.text(name).ok_or((path, FaultCode::Missing, WANTED));
    let (from, to, zone) = (text("from", "quiet.from")?, text("to", "quiet.to")?, text("zone", "quiet.zone")?);
    let hours = QuietHours::parse(from, to, zone).map_err(|(part, _)| match part {
        "from" => ("quiet.from", FaultCode::OutOfRange, "It is no time of day from 00:00 to 23:59, such as 21:00."),
        "to" => (
            "quiet.to",
            FaultCode::OutOfRange,
            "It is no time of day from 00:00 to 23:59, such as 08:00, or the same as from.",
        ),
        _ => NO_ZONE,
    })?;
    if Clock::of(&hours.zone, offsets).is_some() { Ok(hours) } else { Err(NO_ZONE) }
}

const NO_ZONE: (&str, FaultCode, &str) =
    ("quiet.zone", FaultCode::OutOfRange, "There is no such time zone: give its IANA name, such as Europe/Berlin.");

#[cfg(test)]
pub(in crate::phone::batches) mod tests {
    use super::*;
    use crate::phone::batches::pace::transitions::{offset_min, utc};

    /// A policy with these changes to what an empty one is.
    pub fn policy() -> BatchPolicy {
        BatchPolicy {
            max_recipients: 10_000,
            per_minute: 20,
            daily_cap: None,
            jitter: 0.3,
            share: 0.8,
            quiet: None,
            warm_up: Vec::new(),
            stop_after_refusals: 5,
            opt_out: Vec::new(),
            retention_ms: 7 * DAY_MS,
        }
    }

    fn read(asked: &str, policy: &BatchPolicy) -> Result<Plan, Vec<PlanFault>> {
        Plan::read(&serde_json::from_str(asked).unwrap(), policy, now(), &offset_min)
    }

    fn now() -> i64 {
        utc("2026-01-01 12:00")
    }

    #[test]
    fn what_is_not_asked_for_is_what_policy_says() {
        let policy = BatchPolicy { daily_cap: Some(500), ..policy() };
        let wanted =
            Plan { per_minute: 20, daily_cap: Some(500), quiet: None, start_ms: None, expires_ms: now() + 7 * DAY_MS };
        assert_eq!(read("{}", &policy), Ok(wanted.clone()));
        assert_eq!(read(r#"{"perMinute":null,"quiet":null,"template":{}}"#, &policy), Ok(wanted.clone()));
        assert_eq!(read(r#"{"perMinute":20,"dailyCap":500}"#, &policy), Ok(wanted), "all that policy allows");
    }

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let (start, end) = (now() + DAY_MS, now() + 3 * DAY_MS);
        let asked = format!(
            r#"{{"perMinute":5,"dailyCap":100,"quiet":{{"from":"21:00","to":"08:00","zone":"Europe/Berlin"}},"startAt":{start},"expiresAt":{end}}}"#
        );
        let plan = read(&asked, &policy()).unwrap();
        assert_eq!((plan.per_minute, plan.daily_cap, plan.start_ms, plan.expires_ms), (5, Some(100), Some(start), end));
        assert_eq!(plan.quiet, QuietHours::parse("21:00", "08:00", "Europe/Berlin").ok());
        assert_eq!(plan.text(), asked);
        assert_eq!(Plan::parse(&asked), Some(plan));
        let least = read("{}", &policy()).unwrap();
        assert_eq!(Plan::parse(&least.text()), Some(least));
        assert_eq!(Plan::parse("{}"), None);
        let late = read(&format!(r#"{{"startAt":{start}}}"#), &policy()).unwrap();
        assert_eq!(late.expires_ms, start + 7 * DAY_MS);
    }

    #[test]
    fn each_fault_names_its_place_and_the_bound() {
        use FaultCode::{Missing, OutOfRange, UnknownField, WrongKind};
        let policy =
            BatchPolicy { daily_cap: Some(500), quiet: QuietHours::parse("20:00", "08:00", "UTC").ok(), ..policy() };
        let quiet = |from: &str, to: &str, zone: &str| {
            format!(r#"{{"quiet":{{"from":"{from}","to":"{to}","zone":"{zone}"}}}}"#)
        };
        let at = |name: &str, at: i64| format!(r#"{{"{name}":{at}}}"#);
        for (asked, path, code, says) in [
            (r#"{"perMinute":21}"#.to_owned(), "perMinute", OutOfRange, "Policy allows 20 at most."),
            (r#"{"dailyCap":501}"#.to_owned(), "dailyCap", OutOfRange, "Policy allows 500 at most."),
            (r#"{"perMinute":0}"#.to_owned(), "perMinute", OutOfRange, COUNT),
            (r#"{"perMinute":0.5}"#.to_owned(), "perMinute", OutOfRange, COUNT),
            (r#"{"dailyCap":"5"}"#.to_owned(), "dailyCap", WrongKind, COUNT),
            (r#"{"quiet":"night"}"#.to_owned(), "quiet", WrongKind, "Give { from"),
            (r#"{"quiet":{"from":"21:00","to":"08:00"}}"#.to_owned(), "quiet.zone", Missing, "Give { from"),
            (
                r#"{"quiet":{"from":"21:00","to":"08:00","zone":"UTC","tz":1}}"#.to_owned(),
                "quiet",
                UnknownField,
                "Give { from",
            ),
            (quiet("9 pm", "08:00", "UTC"), "quiet.from", OutOfRange, "It is no time"),
            (quiet("21:00", "21:00", "UTC"), "quiet.to", OutOfRange, "It is no time"),
            (quiet("21:00", "08:00", "Europe/Cologne"), "quiet.zone", OutOfRange, "There is no such time zone"),
            (quiet("21:00", "08:00", "+02:00"), "quiet.zone", OutOfRange, "There is no such time zone"),
            (quiet("08:00", "20:00", "UTC"), "quiet", OutOfRange, "With policy's quiet hours"),
            (at("startAt", 1_767_268_800), "startAt", OutOfRange, "It is past"),
            (at("startAt", now() + 91 * DAY_MS), "startAt", OutOfRange, "It is past"),
            (at("expiresAt", now()), "expiresAt", OutOfRange, "It is before"),
            (at("expiresAt", now() + 91 * DAY_MS), "expiresAt", OutOfRange, "It is before"),
            (r#"{"startAt":"tomorrow"}"#.to_owned(), "startAt", WrongKind, TIME),
        ] {
            let faults = read(&asked, &policy).expect_err(&asked);
            let [fault] = faults.as_slice() else { panic!("{asked} {faults:?}") };
            assert_eq!((fault.path, fault.code), (path, code), "{asked}");
            assert!(fault.message.starts_with(says), "{}", fault.message);
        }
        let many = read(r#"{"perMinute":99,"dailyCap":999,"quiet":7,"startAt":1,"expiresAt":1}"#, &policy).unwrap_err();
        assert_eq!(many.iter().map(|fault| fault.path).collect::<Vec<_>>(), Plan::MEMBERS);
    }
}
