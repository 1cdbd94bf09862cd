//! The lists in messages, whose entries have to differ: buttons, and the answers of a poll.

use super::text::{TEXT, URL};
use super::{hints, text};
use crate::json::Json;
use crate::message::check::{Check, wrong_kind};
use crate::message::fault::{Context, FaultCode};
use crate::message::fields::{Fields, is_json_text};
use crate::message::recipient::Recipient;
use crate::strings::{concat, decimal, trim};

/// What a list may hold.
struct Entries {
    least: usize,
    most: usize,
    name: &'static str,
    check: Check,
    /// The member that must differ, where the entries are objects.
    distinct_by: Option<&'static str>,
}

/// The answers of a poll: 2 to 12, as in WhatsApp's own dialogue.
pub(super) fn poll_options(value: &mut Json, context: &mut Context<'_>) -> bool {
    let options = Entries {
        least: 2,
        most: 12,
        name: "options",
        check: Check::Text(text::poll_option, hints::text),
        distinct_by: None,
    };
    list(value, &options, context)
}

/// The buttons under a message: at least one, at most three. "When three buttons are not enough, send a list", says Maytapi's page.
pub(super) fn buttons(value: &mut Json, context: &mut Context<'_>) -> bool {
    list(
        value,
        &Entries { least: 1, most: 3, name: "buttons", check: Check::Value(button), distinct_by: Some("id") },
        context,
    )
}

/// One button: its text, and exactly one action.
fn button(value: &mut Json, context: &mut Context<'_>) -> bool {
    const ACTIONS: [(&str, Check); 4] =
        [("id", TEXT), ("url", URL), ("phoneNumber", Check::Value(number_to_call)), ("code", TEXT)];
    let Some(mut fields) = Fields::of(value, context) else { return false };
    fields.check("text", true, Check::Text(text::text, hints::button_text));
    let mut given = 0_usize;
    for (name, check) in ACTIONS {
        given = given.saturating_add(fields.check(name, false, check).into());
    }
    let mut checked = fields.finish(&["text", "id", "url", "phoneNumber", "code"]);
    if given != 1 {
        let advice = "Give a button exactly one of id (a reply), url, phoneNumber or code.";
        return context.report(FaultCode::InvalidButton, advice);
    }
    // The action stands before the text, as in Maytapi's examples.
    checked.reverse();
    let complete = checked.len() == 2;
    *value = Json::Object(checked);
    complete
}

/// A phone number with the `+` that it has in Maytapi's call buttons.
fn number_to_call(value: &mut Json, context: &mut Context<'_>) -> bool {
    if let Some(Ok(recipient)) = value.as_str().map(Recipient::parse)
        && let Some(digits) = recipient.phone_number()
    {
        *value = Json::String(concat(&["+", digits]));
        return true;
    }
    let advice = "Give the number to call with its country code, such as +12025550123.";
    context.report(FaultCode::InvalidRecipient, advice)
}

/// Checks every entry of an array, so that each one's faults are reported.
fn list(value: &mut Json, wanted: &Entries, context: &mut Context<'_>) -> bool {
    let Json::Array(items) = value else {
        if value.as_str().is_some_and(|text| is_json_text(text, b'[')) {
            return context.report(FaultCode::WrongKind, "Give the list itself, not its JSON text.");
        }
        return wrong_kind(&concat(&["a list of ", wanted.name]), value, context);
    };
    let count = items.len();
    if count > wanted.most {
        return context.report(FaultCode::TooMany, &wrong_count("Give at most ", wanted.most, wanted.name, count));
    }
    let mut passes = count >= wanted.least;
    if !passes {
        context.report(FaultCode::TooFew, &wrong_count("Give at least ", wanted.least, wanted.name, count));
    }
    for (n, item) in items.iter_mut().enumerate() {
        let path = numbered(context.path, n, "");
        passes &= wanted.check.run(item, &mut context.at(&path));
    }
    passes && all_differ(items, wanted.distinct_by, context)
}

fn all_differ(entries: &[Json], member: Option<&str>, context: &mut Context<'_>) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut differ = true;
    for (n, entry) in entries.iter().enumerate() {
        let Some(text) = member.map_or(Some(entry), |name| entry.get(name)).and_then(Json::as_str) else { continue };
        let text = trim(text);
        if seen.contains(&text) {
            let path = numbered(context.path, n, member.unwrap_or_default());
            context.remarks.faults.add(
                &path,
                FaultCode::Duplicate,
                "This one stands there already; make each one different.",
            );
            differ = false;
        }
        seen.push(text);
    }
    differ
}

/// The path of an entry, or of its member.
#[inline(never)]
pub(crate) fn numbered(list: &str, n: usize, member: &str) -> String {
    let dot = if member.is_empty() { "" } else { "." };
    concat(&[list, "[", &decimal(n as i64), "]", dot, member])
}

#[inline(never)]
fn wrong_count(advice: &str, limit: usize, name: &str, count: usize) -> String {
    concat(&[advice, &decimal(limit as i64), " ", name, "; there are ", &decimal(count as i64), "."])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::fault::Remarks;

    #[test]
    fn too_few_and_too_many_are_told_with_both_numbers() {
        let entries = |count: i64| Json::Array((0..count).map(|n| Json::String(decimal(n))).collect());
        for (rule, count, wanted) in [
            (poll_options as fn(&mut Json, &mut Context<'_>) -> bool, 1, "Give at least 2 options; there are 1."),
            (poll_options, 13, "Give at most 12 options; there are 13."),
            (buttons, 0, "Give at least 1 buttons; there are 0."),
            (buttons, 4, "Give at most 3 buttons; there are 4."),
        ] {
            let mut remarks = Remarks::default();
            assert!(!rule(&mut entries(count), &mut Context { path: "list", remarks: &mut remarks }));
            let [fault] = remarks.faults.as_slice() else { panic!("{count}: {}", remarks.faults) };
            assert_eq!(fault.message, wanted);
        }
        let mut remarks = Remarks::default();
        for count in [2, 12] {
            assert!(poll_options(&mut entries(count), &mut Context { path: "list", remarks: &mut remarks }), "{count}");
        }
    }
}
