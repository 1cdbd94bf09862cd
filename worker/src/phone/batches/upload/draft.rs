//! What a caller says of a new batch: a template, a plan, and what becomes of rows that can't be sent.

use maytapi::json::{Json, Members};
use maytapi::template::Template;

use super::fault::RowFaults;
use crate::auth::capability::Capability;
use crate::config::BatchPolicy;
use crate::phone::batches::content::BatchContent;
use crate::phone::batches::pace::clock::Offsets;
use crate::phone::batches::pace::plan::Plan;

/// Reads a request's body.
///
/// # Errors
/// Every fault of it.
pub fn read(
    body: Json,
    capability: Capability,
    policy: &BatchPolicy,
    now_ms: i64,
    offsets: Offsets<'_>,
) -> Result<(BatchContent, Plan), RowFaults> {
    let mut faults = RowFaults::default();
    let Json::Object(members) = body else {
        faults.add(None, "", "not_an_object", "Send an object with template and plan.");
        return Err(faults);
    };
    let (mut template, mut skip_invalid, mut asked) = (None, false, Members::new());
    for (name, value) in members {
        match (name.as_str(), value) {
            (_, Json::Null) => {}
            ("template", value) => template = Some(value),
            ("skipInvalid", Json::Bool(skip)) => skip_invalid = skip,
            ("skipInvalid", _) => faults.add(None, &name, "wrong_kind", "Give true or false."),
            (known, value) if Plan::MEMBERS.contains(&known) => asked.push((name, value)),
            _ => faults.add(None, &name, "unknown_field", "A batch has template, skipInvalid, and a plan's fields."),
        }
    }
    let plan = Plan::read(&Json::Object(asked), policy, now_ms, offsets);
    for fault in plan.as_ref().err().into_iter().flatten() {
        faults.add(None, fault.path, fault.code.as_str(), &fault.message);
    }
    let template = match template.map(Template::parse) {
        Some(Ok(template)) => Some(template),
        Some(Err(found)) => {
            for fault in found.as_slice() {
                let dot = if fault.path.is_empty() { "" } else { "." };
                faults.add(None, &format!("template{dot}{}", fault.path), fault.code.as_str(), &fault.message);
            }
            None
        }
        None => {
            faults.add(None, "template", "missing", "Give a message without toNumber.");
            None
        }
    };
    match (template, plan) {
        (Some(template), Ok(plan)) if faults.is_empty() => {
            Ok((BatchContent { template, capability, skip_invalid }, plan))
        }
        _ => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::batches::pace::plan::tests::policy;

    fn taken(body: &str) -> Result<(BatchContent, Plan), RowFaults> {
        let json = serde_json::from_str(body).unwrap();
        read(json, Capability::default(), &policy(), 1_800_000_000_000, &|_, _| Some(0))
    }

    fn paths(body: &str) -> Vec<String> {
        let faults = taken(body).expect_err(body);
        let (_, Json::Array(first)) = RowFaults::parse(&faults.text()).unwrap() else { panic!("no list") };
        let told = |fault: &Json| format!("{} {}", fault.text("path").unwrap_or(""), fault.text("code").unwrap());
        first.iter().map(told).collect()
    }

    #[test]
    fn what_is_null_is_left_out() {
        let (content, plan) =
            taken(r#"{"template":{"type":"text","message":"Hi"},"perMinute":5,"skipInvalid":true}"#).unwrap();
        assert_eq!((content.skip_invalid, plan.per_minute), (true, 5));
        let (content, plan) = taken(
            r#"{"template":{"type":"text","message":"Hi"},"perMinute":null,"quiet":null,"skipInvalid":null,"note":null}"#,
        )
        .unwrap();
        assert_eq!((content.skip_invalid, plan.per_minute), (false, policy().per_minute));
        assert_eq!(paths(r#"{"template":null}"#), ["template missing"]);
    }

    #[test]
    fn every_fault_is_told_with_its_path() {
        for (body, wanted) in [
            ("[]", vec![" not_an_object"]),
            ("{}", vec!["template missing"]),
            (r#"{"template":{"type":"text","message":"Hi"},"start":true}"#, vec!["start unknown_field"]),
            (
                r#"{"template":{"type":"text","message":"{{a"},"start":true,"perMinute":0,"skipInvalid":1}"#,
                vec![
                    "start unknown_field",
                    "skipInvalid wrong_kind",
                    "perMinute out_of_range",
                    "template.message invalid_placeholder",
                ],
            ),
            (r#"{"template":{"type":"text","message":"Hi","toNumber":"1"}}"#, vec!["template.toNumber unknown_field"]),
        ] {
            assert_eq!(paths(body), wanted, "{body}");
        }
    }
}
