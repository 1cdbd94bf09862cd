//! What the routes of batches ask for and answer.

use serde_json::{Map, Value, json};

use super::operations::{ANY, BODY, CALLER, Operation};
use super::schema_ref;
use crate::http::problem::ProblemType::{self, *};
use crate::phone::batches::model::{RowState, State, WaitsFor};
use crate::phone::batches::upload::piece::MOST_ROWS;

/// What may come in place of what is asked of batches.
const OF_BATCHES: &[ProblemType] = &[OperationNotAllowed, UnknownBatch];

/// The operation of a route, where it is one of these.
pub(super) fn of(route: &str) -> Option<Operation> {
    let operation =
        |summary, answer, problems| Operation { tag: "batches", ..Operation::of(summary, answer, problems) };
    let batch = || ("The batch.", schema_ref("Batch"));
    let control = |summary| operation(summary, batch(), vec![ANY, CALLER, OF_BATCHES, &[BatchState]]);
    Some(match route {
        "createBatch" => Operation {
            body: Some(schema_ref("NewBatch")),
            is_keyed: true,
            status: "201",
            ..operation(
                "Makes a batch: a draft, until its rows are there and it is started.",
                batch(),
                vec![
                    ANY,
                    CALLER,
                    BODY,
                    &[OperationNotAllowed, TypeNotAllowed, InvalidIdempotencyKey, IdempotencyKeyRequired],
                    &[IdempotencyKeyReused, InvalidBatch, TooManyBatches],
                ],
            )
        },
        "batches" => Operation {
            query: vec![super::delivery::query("after", "The cursor of the page before.", json!({ "type": "string" }))],
            ..operation(
                "Batches, newest first.",
                ("A page.", schema_ref("Batches")),
                vec![ANY, CALLER, &[OperationNotAllowed, InvalidQuestion]],
            )
        },
        "batch" => operation("One batch.", batch(), vec![ANY, CALLER, OF_BATCHES]),
        "piece" => Operation {
            body: Some(json!({
                "type": "object",
                "properties": { "rows": { "type": "array", "items": schema_ref("BatchRow"), "minItems": 1, "maxItems": MOST_ROWS } },
                "required": ["rows"],
                "additionalProperties": false,
            })),
            ..operation(
                "Takes the next piece of a draft's rows, as a whole or not at all; the same piece again is answered the same.",
                ("What was taken.", schema_ref("Piece")),
                vec![
                    ANY,
                    CALLER,
                    BODY,
                    OF_BATCHES,
                    &[
                        InvalidQuestion,
                        InvalidBatch,
                        BatchState,
                        PieceConflict,
                        PieceMissing,
                        BatchTooLarge,
                        TooManyBatches,
                    ],
                ],
            )
        },
        "startBatch" => Operation {
            body: Some(json!({
                "type": "object",
                "properties": { "size": { "type": "integer", "description": "How many rows were sent; another number here is a problem." } },
            })),
            is_body_optional: true,
            ..operation(
                "Starts a draft whose rows are all there.",
                batch(),
                vec![ANY, CALLER, BODY, OF_BATCHES, &[InvalidQuestion, BatchState, PieceMissing]],
            )
        },
        "pauseBatch" => control("Stops a batch for now: what is at Maytapi ends, then nothing."),
        "resumeBatch" => control("Lets a batch go on that was paused or held."),
        "cancelBatch" => control("Ends a batch: rows that wait are not sent."),
        "results" => Operation {
            query: vec![
                super::delivery::query("after", "The cursor of the page before.", json!({ "type": "string" })),
                super::delivery::query(
                    "limit",
                    "How many rows a page has.",
                    json!({ "type": "integer", "minimum": 1, "maximum": 500, "default": 500 }),
                ),
                super::delivery::query(
                    "state",
                    "States that are wanted, with commas between.",
                    json!({ "type": "string" }),
                ),
            ],
            ..operation(
                "What became of each row; all of it as a CSV, where `Accept` asks for `text/csv`.",
                ("A page.", schema_ref("Results")),
                vec![ANY, CALLER, OF_BATCHES, &[InvalidQuestion]],
            )
        },
        "optOuts" => operation(
            "How many people asked to get no more from batches. Needs `manage`, as what follows.",
            ("How many.", object(json!({ "count": { "type": "integer", "minimum": 0 } }), &["count"])),
            vec![ANY, CALLER, &[OperationNotAllowed]],
        ),
        "optOut" => of_person(
            "Whether somebody asked to get no more from batches.",
            object(
                json!({ "optedOut": { "type": "boolean" }, "at": { "type": "integer", "description": "Since when, in milliseconds since 1970." } }),
                &["optedOut"],
            ),
        ),
        "removeOptOut" => of_person(
            "Takes back that somebody asked to get no more from batches, once they agreed to. Rows that were left out stay so.",
            object(json!({ "removed": { "type": "boolean", "description": "Whether they had asked." } }), &["removed"]),
        ),
        _ => return None,
    })
}

/// An operation on who asked to get no more, named in the body.
fn of_person(summary: &'static str, answer: Value) -> Operation {
    let to = json!({ "type": ["string", "integer"], "description": "The number of a person, as a message has it." });
    Operation {
        tag: "batches",
        body: Some(object(json!({ "to": to }), &["to"])),
        ..Operation::of(
            summary,
            ("What is known.", answer),
            vec![ANY, CALLER, BODY, &[OperationNotAllowed, InvalidQuestion]],
        )
    }
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

/// The named schemas.
pub(super) fn schemas() -> Map<String, Value> {
    let time =
        |about: &str| json!({ "type": "integer", "description": format!("{about}, in milliseconds since 1970.") });
    let count = || json!({ "type": "integer", "minimum": 0 });
    let cursor = || json!({ "type": ["string", "null"], "description": "From where to go on; null at the end." });
    let list = |name: &str| json!({ "type": "array", "items": schema_ref(name) });
    let quiet = json!({
        "type": "object",
        "description": "When nothing is sent, by the clocks of a time zone.",
        "properties": { "from": { "type": "string" }, "to": { "type": "string" }, "zone": { "type": "string" } },
        "required": ["from", "to", "zone"],
        "additionalProperties": false,
    });
    let states = State::ALL.map(State::as_str);
    let counts: Map<String, Value> = RowState::ALL
        .map(RowState::as_str)
        .into_iter()
        .chain(["failed"])
        .map(|name| (name.to_owned(), count()))
        .collect();
    let names: Vec<&String> = counts.keys().collect();
    let counts = json!({
        "type": "object",
        "description": "How many rows came to what; `failed`: of those queued, Maytapi said later that they failed.",
        "required": names,
        "properties": counts,
    });
    let waiting = json!({
        "type": "object",
        "properties": { "for": { "enum": WaitsFor::ALL.map(WaitsFor::as_str) }, "until": time("Until when") },
        "required": ["for"],
    });
    let progress = json!({
        "id": { "type": "string" },
        "state": { "enum": states },
        "reason": { "type": "string", "description": "Why it is held." },
        "waiting": waiting,
        "counts": counts,
        "rate": { "type": "number", "description": "How many it sends a minute at the moment." },
    });
    let with = |more: Value| {
        let mut all = progress.clone();
        if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
            all.extend(more);
        }
        all
    };
    let named = [
        (
            "NewBatch",
            json!({
                "type": "object",
                "properties": {
                    "template": { "type": "object", "description": "A message without `toNumber`; `{{name}}` and `{{name|there}}` stand for fields of the rows." },
                    "perMinute": { "type": "integer", "minimum": 1 },
                    "dailyCap": { "type": "integer", "minimum": 1 },
                    "quiet": quiet,
                    "startAt": time("Before when nothing is sent"),
                    "expiresAt": time("After when nothing is sent"),
                    "skipInvalid": { "type": "boolean", "description": "Whether rows that can't be sent are left out, instead of their piece being refused." },
                },
                "required": ["template"],
                "additionalProperties": false,
            }),
        ),
        (
            "BatchRow",
            json!({
                "type": "object",
                "properties": {
                    "to": { "type": ["string", "integer"], "description": "The recipient." },
                    "fields": { "type": "object", "additionalProperties": { "type": ["string", "number", "null"] } },
                    "ref": { "type": ["string", "integer"], "description": "The caller's own name of the row; 64 characters at most." },
                },
                "required": ["to"],
                "additionalProperties": false,
            }),
        ),
        (
            "Batch",
            json!({
                "type": "object",
                "properties": with(json!({
                    "size": count(),
                    "made": time("When it was made"),
                    "startAt": time("Before when nothing is sent"),
                    "expires": time("After when nothing is sent"),
                    "ended": time("When it ended"),
                    "endsAt": time("When its last row is likely to be sent"),
                    "plan": { "type": "object" },
                })),
                "required": ["id", "state", "counts", "size", "made", "expires", "plan"],
            }),
        ),
        (
            "BatchItem",
            json!({
                "type": "object",
                "properties": with(json!({ "kind": { "const": "batch" }, "seq": { "type": "integer", "description": "The number of the change." } })),
                "required": ["kind", "seq", "id", "state", "counts"],
            }),
        ),
        (
            "Batches",
            json!({
                "type": "object",
                "properties": { "batches": list("Batch"), "cursor": cursor() },
                "required": ["batches", "cursor"],
            }),
        ),
        (
            "Piece",
            json!({
                "type": "object",
                "properties": {
                    "piece": count(),
                    "rows": count(),
                    "duplicates": { "type": "array", "items": count(), "description": "Rows that are not sent, since another to the same recipient is." },
                    "invalid": { "type": "integer", "description": "How many rows are left out, since they can't be sent." },
                },
                "required": ["piece", "rows", "duplicates", "invalid"],
            }),
        ),
        (
            "Result",
            json!({
                "type": "object",
                "properties": {
                    "row": { "type": "integer", "description": "Its number in the batch, from 0 on." },
                    "ref": { "type": "string" },
                    "state": { "enum": RowState::ALL.map(RowState::as_str) },
                    "code": { "type": "string", "description": "Maytapi's code, or the proxy's." },
                    "msgId": { "type": "string" },
                    "at": time("When it came to that"),
                    "delivery": { "enum": maytapi::delivery::Delivery::ALL.map(|state| state.as_str()) },
                },
                "required": ["row", "state"],
            }),
        ),
        (
            "Results",
            json!({
                "type": "object",
                "properties": { "results": list("Result"), "cursor": cursor() },
                "required": ["results", "cursor"],
            }),
        ),
    ];
    named.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}
