//! What a webhook says that concerns a phone of ours.

use maytapi::delivery::Delivery;
use maytapi::json::Json;
use maytapi::named_enum;
use maytapi::webhook::{Ack, AckAbout, Event, Webhook};

use crate::phone::feed::report::Report;

/// The largest body, in bytes: 256 KiB.
pub const MAX_BYTES: usize = 262_144;
/// The most acks in one body: the time that an object takes for them is bounded.
pub const MAX_ACKS: usize = 1500;
/// Longer ids are none of Maytapi's.
const MAX_ID: usize = 128;

/// A webhook about one phone.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The phone's id.
    pub phone: String,
    /// What kind of event it is, for the log.
    pub event: &'static str,
    /// Whether an id or a time stands in it, by which it is told from what comes at another time. Words alone may come again, and mean it.
    pub is_identified: bool,
    /// What became of messages.
    pub reports: Vec<Report>,
    /// The phone's new state.
    pub status: Option<String>,
    /// A message that came in; echoes of what the phone sent are none.
    pub inbound: Option<Json>,
}

named_enum! {
    /// Why a webhook is not taken, as the log names it.
    pub enum Unusable {
        /// It isn't JSON, or more of it than is taken.
        NotJson = "not_json",
        /// It isn't one of Maytapi's.
        NoWebhook = "no_webhook",
        /// It names another product, or none.
        ForeignProduct = "foreign_product",
        /// It names a phone that isn't configured, or none.
        ForeignPhone = "foreign_phone",
        /// It holds more acks than are taken at once.
        TooManyAcks = "too_many_acks",
    }
}

/// Reads a webhook of the product with this id.
///
/// # Errors
/// Why it is not taken.
pub fn read(body: &Json, product_id: &str, is_ours: impl Fn(&str) -> bool) -> Result<Heard, Unusable> {
    let webhook = Webhook::parse(body).ok_or(Unusable::NoWebhook)?;
    if webhook.product_id != Some(product_id) {
        return Err(Unusable::ForeignProduct);
    }
    let phone = webhook.phone_id.map(|id| id.to_string()).filter(|id| is_ours(id)).ok_or(Unusable::ForeignPhone)?;
    let mut heard = Heard {
        phone,
        event: "unknown",
        is_identified: !matches!(webhook.event, Event::PhoneStatus(_) | Event::LiveEvent { .. }),
        reports: Vec::new(),
        status: None,
        inbound: None,
    };
    match webhook.event {
        Event::Acks(acks) if acks.len() > MAX_ACKS => return Err(Unusable::TooManyAcks),
        Event::Acks(acks) => {
            heard.event = "ack";
            heard.reports.extend(acks.iter().filter_map(report));
        }
        Event::Failed(failed) => {
            heard.event = "error";
            let code = failed.code.filter(|code| is_word(code));
            let msg_id = failed.msg_id.filter(|id| is_id(id)).map(str::to_owned);
            heard.reports.extend(msg_id.map(|msg_id| Report { msg_id, state: Delivery::Failed, at_ms: None, code }));
        }
        Event::PhoneStatus(status) => {
            heard.event = "status";
            heard.status = Some(status).filter(|status| is_word(status)).map(str::to_owned);
        }
        Event::Message(message) => {
            heard.event = "message";
            let is_echo = message.get("fromMe").and_then(Json::as_bool) == Some(true);
            heard.inbound = Some(message).filter(|_| !is_echo);
        }
        Event::LiveEvent { .. } => heard.event = "live_event",
        _ => {}
    }
    Ok(heard)
}

fn report(ack: &Ack<'_>) -> Option<Report> {
    let AckAbout::Delivery(state) = ack.about else { return None };
    let at_ms = ack.time.map(|seconds| seconds.saturating_mul(1000));
    // An ack that has WhatsApp's id alone is about nothing that is known here.
    let msg_id = ack.msg_id.filter(|id| is_id(id))?;
    Some(Report { msg_id: msg_id.to_owned(), state, at_ms, code: None })
}

fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// A code or a state, and nothing that could be a sentence or a number.
fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        && text.bytes().filter(u8::is_ascii_digit).count() < 7
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Heard, Unusable> {
        read(&serde_json::from_str(text).unwrap(), "p", |phone| phone == "1150")
    }

    #[test]
    fn acks_become_reports_and_votes_and_reactions_do_not() {
        let heard = read_text(
            r#"{"type":"ack","product_id":"p","phone_id":1150,"data":[{"ackCode":1,"msgId":"m-1","time":1710342107},
            {"ackCode":2,"msgId":"m-2"},{"ackCode":9,"msgId":"m-3"},{"msgId":"m-4","reaction":"👍","reactorId":"12025550123@c.us","time":5},
            {"msgId":"m-5","options":[{"id":0}]},{"ackCode":1,"msgId":"two words"},{"ackCode":1,"msgId":""}]}"#,
        )
        .unwrap();
        let report = |id: &str, state, at_ms| Report { msg_id: id.into(), state, at_ms, code: None };
        assert_eq!(
            heard.reports,
            [report("m-1", Delivery::Sent, Some(1_710_342_107_000)), report("m-2", Delivery::Delivered, None)]
        );
        assert_eq!((heard.phone.as_str(), heard.event, heard.status), ("1150", "ack", None));
    }

    #[test]
    fn a_late_error_is_a_report_with_a_code_and_no_words() {
        let text = |code: &str, id: &str| {
            format!(
                r#"{{"type":"error","code":{code},"message":"12025550123 said no","productId":"p","phoneId":"1150","data":{{"id":{id}}}}}"#
            )
        };
        let heard = read_text(&text("\"F04\"", "\"m-1\"")).unwrap();
        let wanted = Report { msg_id: "m-1".into(), state: Delivery::Failed, at_ms: None, code: Some("F04".into()) };
        assert_eq!(heard.reports, std::slice::from_ref(&wanted));
        let code_of = |code: &str| {
            let [report] = read_text(&text(&format!("\"{code}\""), "\"m-1\"")).unwrap().reports.try_into().unwrap();
            assert_eq!(Report { code: wanted.code.clone(), ..report.clone() }, wanted);
            report.code
        };
        let (longest, longer) = ("E".repeat(32), "E".repeat(33));
        for code in ["F04", "no-such_chat", "ERR_123456", &longest] {
            assert_eq!(code_of(code).as_deref(), Some(code));
        }
        for code in ["", "+1 202", "E1234567", "12025550123", "no such number", &longer] {
            assert_eq!(code_of(code), None, "{code}");
        }
        assert_eq!(read_text(&text("null", "\"m-1\"")).unwrap().reports, [Report { code: None, ..wanted }]);
        let ids = |length: usize| read_text(&text("\"F04\"", &format!("\"{}\"", "m".repeat(length)))).unwrap().reports;
        assert_eq!((ids(MAX_ID).len(), ids(MAX_ID + 1).len()), (1, 0));
        assert!(read_text(&text("\"F04\"", "null")).unwrap().reports.is_empty());
    }

    #[test]
    fn a_state_is_a_word() {
        for (status, wanted) in
            [("active", Some("active")), ("qr-screen", Some("qr-code")), ("a sentence", None), ("12025550123", None)]
        {
            let text = format!(r#"{{"type":"status","pid":"p","phone_id":1150,"status":"{status}"}}"#);
            let heard = read_text(&text).unwrap();
            assert_eq!((heard.status.as_deref(), heard.is_identified), (wanted, false), "{status}");
        }
        for (kind, event, is_identified) in
            [("new", "unknown", true), ("message", "message", true), ("live_event", "live_event", false)]
        {
            let heard = read_text(&format!(r#"{{"type":"{kind}","pid":"p","phone_id":1150}}"#)).unwrap();
            assert!(heard.reports.is_empty() && heard.status.is_none() && heard.event == event, "{kind}");
            assert_eq!(heard.is_identified, is_identified, "{kind}");
        }
    }

    #[test]
    fn a_message_that_came_in_is_told_from_an_echo() {
        let text = |from_me: &str| {
            format!(
                r#"{{"type":"message","pid":"p","phone_id":1150,"message":{{"type":"text","text":"hi","id":"false_1","fromMe":{from_me}}},"user":{{"id":"12025550123@c.us"}}}}"#
            )
        };
        let inbound = read_text(&text("false")).unwrap().inbound.unwrap();
        assert_eq!((inbound.text("id"), inbound.text("sender")), (Some("false_1"), Some("12025550123@c.us")));
        assert_eq!(read_text(&text("true")).unwrap().inbound, None);
        assert_eq!(read_text(&text("\"true\"")).unwrap().inbound, None);
    }

    #[test]
    fn each_reason_has_its_name_in_the_log() {
        use Unusable::{ForeignPhone, ForeignProduct, NoWebhook, NotJson, TooManyAcks};
        assert_eq!(
            [NotJson, NoWebhook, ForeignProduct, ForeignPhone, TooManyAcks].map(Unusable::as_str),
            ["not_json", "no_webhook", "foreign_product", "foreign_phone", "too_many_acks"]
        );
    }

    #[test]
    fn what_is_none_of_ours_is_not_taken() {
        let acks = |count: usize| {
            let acks = vec![r#"{"ackCode":1,"msgId":"m"}"#; count].join(",");
            format!(r#"{{"type":"ack","pid":"p","phone_id":1150,"data":[{acks}]}}"#)
        };
        assert_eq!(read_text(&acks(MAX_ACKS)).map(|heard| heard.reports.len()), Ok(MAX_ACKS));
        let many = acks(MAX_ACKS + 1);
        for (text, wanted) in [
            ("[]", Unusable::NoWebhook),
            ("{}", Unusable::NoWebhook),
            (r#"{"type":"status","pid":"p","phone_id":1150}"#, Unusable::NoWebhook),
            (r#"{"type":"ack","phone_id":1150}"#, Unusable::ForeignProduct),
            (r#"{"type":"ack","pid":"q","phone_id":1150}"#, Unusable::ForeignProduct),
            (r#"{"type":"ack","pid":"p","phone_id":1151}"#, Unusable::ForeignPhone),
            (r#"{"type":"ack","pid":"p"}"#, Unusable::ForeignPhone),
            (r#"{"type":"ack","pid":"p","phone_id":"1150/../1"}"#, Unusable::ForeignPhone),
            (many.as_str(), Unusable::TooManyAcks),
        ] {
            assert_eq!(read_text(text), Err(wanted), "{}", text.get(..60).unwrap_or(text));
        }
    }
}
