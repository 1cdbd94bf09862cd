//! What a caller may learn from a read: answers of a known shape, and of them only what belongs to the phones that the caller may use.

use maytapi::json::Json;
use maytapi::message::Recipient;
use maytapi::reads::Read;

use crate::http::problem::{Problem, ProblemType};

/// How many numbers one question may hold; what larger users of Maytapi ask at once.
pub const MOST_NUMBERS: usize = 150;

/// The answer without what is others'. `None` when it has none of the known shapes.
#[must_use]
pub fn narrow(read: Read, body: Json, allowed: &dyn Fn(&str) -> bool) -> Option<Json> {
    read.decode(body.clone())?;
    let own = |item: &Json, name: &str| match item.get(name) {
        Some(Json::Int(id)) => allowed(&id.to_string()),
        Some(Json::String(id)) => allowed(id),
        _ => false,
    };
    match read {
        Read::ListPhones => match body {
            Json::Object(_) => members(body, &|name, value| match name {
                "success" => Some(value),
                "data" => filtered(value, &|phone| own(phone, "id")),
                _ => None,
            }),
            list => filtered(list, &|phone| own(phone, "id")),
        },
        Read::Logs => members(body, &|name, value| match name {
            "success" => Some(value),
            "data" => log(value, &|entry| own(entry, "phone")),
            _ => None,
        }),
        _ => Some(body),
    }
}

/// An object with the members that are known, each as it may be told; what Maytapi adds some day may tell of other phones.
fn members(body: Json, told: &dyn Fn(&str, Json) -> Option<Json>) -> Option<Json> {
    let Json::Object(members) = body else { return None };
    let told = members.into_iter().filter_map(|(name, value)| told(&name, value).map(|value| (name, value)));
    Some(Json::Object(told.collect()))
}

fn filtered(list: Json, keep: &dyn Fn(&Json) -> bool) -> Option<Json> {
    let Json::Array(items) = list else { return None };
    Some(Json::Array(items.into_iter().filter(keep).collect()))
}

/// A page of the log. Its count tells how much others send, so it counts what is left; Maytapi writes it as a text.
fn log(data: Json, keep: &dyn Fn(&Json) -> bool) -> Option<Json> {
    let left = match data.get("list") {
        Some(Json::Array(items)) => items.iter().filter(|item| keep(item)).count(),
        _ => 0,
    };
    members(data, &|name, value| match name {
        "count" => Some(Json::String(left.to_string())),
        "list" => filtered(value, keep),
        _ => None,
    })
}

/// The body of `checkPhones`, made anew from the caller's.
///
/// # Errors
/// When it is no list of numbers.
pub fn numbers(body: &Json) -> Result<String, Problem> {
    let wrong = |detail: &'static str| Problem::new(ProblemType::InvalidMessage, detail);
    let only = matches!(body, Json::Object(members) if members.len() == 1);
    let Some(Json::Array(items)) = body.get("numbers").filter(|_| only) else {
        return Err(wrong("Send {\"numbers\":[…]} with the phone numbers to look for."));
    };
    if items.is_empty() || items.len() > MOST_NUMBERS {
        return Err(wrong("Ask for 1 to 150 numbers at once."));
    }
    let number = |item: &Json| {
        let recipient = Recipient::parse(item.as_str()?).ok()?;
        recipient.phone_number().map(|digits| Json::String(digits.to_owned()))
    };
    let numbers = items.iter().map(number).collect::<Option<Vec<Json>>>();
    let numbers = numbers.ok_or_else(|| wrong("One of the numbers is none: give country code and number."))?;
    serde_json::to_string(&Json::Object(vec![("numbers".to_owned(), Json::Array(numbers))]))
        .map_err(|_| wrong("The numbers can't be written."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrowed(read: Read, body: &str) -> Option<String> {
        let body = serde_json::from_str(body).unwrap();
        narrow(read, body, &|id| id == "1150").map(|json| serde_json::to_string(&json).unwrap())
    }

    #[test]
    fn what_belongs_to_other_phones_is_left_out() {
        let phones = r#"[{"id":1150,"number":"12025550100"},{"id":1151,"number":"12025550199"},{"id":"1150"}]"#;
        assert_eq!(
            narrowed(Read::ListPhones, phones).unwrap(),
            r#"[{"id":1150,"number":"12025550100"},{"id":"1150"}]"#
        );
        let wrapped = format!(r#"{{"success":true,"data":{phones},"total":3}}"#);
        assert_eq!(
            narrowed(Read::ListPhones, &wrapped).unwrap(),
            r#"{"success":true,"data":[{"id":1150,"number":"12025550100"},{"id":"1150"}]}"#
        );
        let logs = r#"{"success":true,"data":{"count":"9","list":[{"id":1,"phone":1151,"data":{}},{"id":2,"phone":1150,"data":{}},
            {"id":3,"data":{}}]}}"#;
        assert_eq!(
            narrowed(Read::Logs, logs).unwrap(),
            r#"{"success":true,"data":{"count":"1","list":[{"id":2,"phone":1150,"data":{}}]}}"#
        );
        assert_eq!(
            narrowed(Read::Queue, r#"{"success":true,"stats":{"sending":3}}"#).unwrap(),
            r#"{"success":true,"stats":{"sending":3}}"#
        );
    }

    #[test]
    fn another_shape_is_not_passed_on() {
        for (read, body) in
            [(Read::ListPhones, "{}"), (Read::Logs, "[]"), (Read::Status, "\"canary\""), (Read::Queue, "[]")]
        {
            assert_eq!(narrowed(read, body), None, "{read:?} {body}");
        }
    }

    #[test]
    fn numbers_are_checked_and_written_anew() {
        let ask = |text: &str| numbers(&serde_json::from_str(text).unwrap()).ok();
        assert_eq!(
            ask(r#"{"numbers":["+1 202 555 0123","12025550124@c.us"]}"#).unwrap(),
            r#"{"numbers":["12025550123","12025550124"]}"#
        );
        let several = |count| format!(r#"{{"numbers":[{}]}}"#, vec!["\"12025550123\""; count].join(","));
        assert_eq!(ask(&several(MOST_NUMBERS)), Some(several(MOST_NUMBERS)));
        let many = several(MOST_NUMBERS + 1);
        for text in [
            "{}",
            "[]",
            r#"{"numbers":[]}"#,
            r#"{"numbers":["x"]}"#,
            r#"{"numbers":["1@g.us"]}"#,
            r#"{"numbers":[12025550123]}"#,
            r#"{"numbers":["12025550123"],"x":1}"#,
            &many,
        ] {
            assert_eq!(ask(text), None, "{text}");
        }
    }
}
