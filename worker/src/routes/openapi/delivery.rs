//! What the routes of delivery ask for and answer.

use serde_json::{Map, Value, json};

use super::operations::{ANY, BODY, CALLER, Operation, UPSTREAM};
use super::schema_ref;
use crate::http::problem::ProblemType::{self, *};

/// What may come in place of what a follower asks for.
const FOLLOWER: &[ProblemType] = &[OperationNotAllowed];

/// The operation of a route, where it is one of these.
pub(super) fn of(route: &str) -> Option<Operation> {
    let operation =
        |summary, answer, problems| Operation { tag: "delivery", ..Operation::of(summary, answer, problems) };
    Some(match route {
        "hook" => Operation {
            is_open: true,
            body: Some(json!({ "type": "object", "description": "One of Maytapi's webhooks." })),
            ..operation(
                "Takes one of Maytapi's webhooks.",
                ("It is stored, or nothing that can be used.", schema_ref("Ok")),
                vec![ANY, &[UnknownRoute, OperationNotAllowed, BodyTooLarge, HookNotStored]],
            )
        },
        "message" => operation(
            "What has become of a message.",
            ("As far as it is known.", schema_ref("MessageItem")),
            vec![ANY, CALLER, FOLLOWER, &[UnknownMessage]],
        ),
        "lookup" => Operation {
            body: Some(json!({
                "type": "object",
                "properties": { "msgIds": { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 200 } },
                "required": ["msgIds"],
            })),
            ..operation(
                "What has become of many messages.",
                ("Those that are known.", schema_ref("Found")),
                vec![ANY, CALLER, BODY, FOLLOWER, &[InvalidQuestion]],
            )
        },
        "events" => Operation {
            query: vec![
                query(
                    "after",
                    "The cursor of what was seen; `start` for all that is kept. Without it, the present's.",
                    json!({ "type": "string" }),
                ),
                query(
                    "limit",
                    "How many changes to tell at most.",
                    json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 200 }),
                ),
                query(
                    "wait",
                    "How long to wait for the first change, in seconds.",
                    json!({ "type": "integer", "minimum": 0, "maximum": 25 }),
                ),
            ],
            ..operation(
                "What changed since a cursor; over a live socket, where one is asked for.",
                ("A page of changes.", schema_ref("Page")),
                vec![ANY, CALLER, FOLLOWER, &[CursorReset, TooManySockets, InvalidQuestion]],
            )
        },
        "inbound" => operation(
            "A message that came in, where policy keeps those, for who may follow the whole phone.",
            ("It, as the package's `parseWebhook` gives it.", schema_ref("Incoming")),
            vec![ANY, CALLER, FOLLOWER, &[UnknownMessage]],
        ),
        "state" => operation(
            "How the phone is, whether its webhooks arrive, and what is left of the limits.",
            ("As it is known here.", schema_ref("PhoneState")),
            vec![ANY, CALLER, FOLLOWER],
        ),
        "receiver" => operation(
            "Where the phone's events go now.",
            (
                "This proxy, another receiver, or nobody.",
                json!({
                    "type": "object",
                    "properties": {
                        "receiver": { "enum": ["proxy", "other", "none"] },
                        "host": { "type": "string", "description": "Of another receiver." },
                        "isCurrent": { "type": "boolean", "description": "Whether the proxy's address has the secret in use." },
                        "acks": { "type": "boolean", "description": "Whether what becomes of messages is among the events." },
                    },
                    "required": ["receiver", "acks"],
                }),
            ),
            vec![ANY, CALLER, FOLLOWER, UPSTREAM],
        ),
        "webhook" => Operation {
            body: Some(json!({
                "type": "object",
                "properties": { "replace": { "type": "boolean", "description": "Whether another receiver may be replaced." } },
            })),
            ..operation(
                "Points Maytapi's phone at this proxy and turns acks on.",
                (
                    "It is set.",
                    json!({ "type": "object", "properties": { "set": { "const": true } }, "required": ["set"] }),
                ),
                vec![ANY, CALLER, BODY, FOLLOWER, UPSTREAM, &[WebhookTaken]],
            )
        },
        _ => return None,
    })
}

/// A parameter of a query.
pub(super) fn query(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": about, "schema": schema })
}

/// The named schemas.
pub(super) fn schemas() -> Map<String, Value> {
    let time = || json!({ "type": "integer", "description": "Milliseconds since 1970." });
    let states = maytapi::delivery::Delivery::ALL.map(|state| state.as_str());
    let cursor = || json!({ "type": "string", "description": "From where to go on." });
    let items = |of: Value| json!({ "type": "array", "items": of });
    let seq = || json!({ "type": "integer", "description": "The number of the change." });
    let named = [
        (
            "MessageItem",
            json!({
                "type": "object",
                "properties": {
                    "kind": { "const": "message" },
                    "seq": seq(),
                    "msgId": { "type": "string" },
                    "state": { "enum": states },
                    "at": { "type": "object", "additionalProperties": time(), "description": "When it came to each state." },
                    "code": { "type": "string", "description": "Maytapi's code, where it failed." },
                    "batch": { "type": "string", "description": "The batch that it is of." },
                    "row": { "type": "integer", "description": "Its row in the batch." },
                },
                "required": ["kind", "seq", "msgId", "state", "at"],
            }),
        ),
        (
            "PhoneItem",
            json!({
                "type": "object",
                "properties": { "kind": { "const": "phone" }, "seq": seq(), "status": { "type": "string" }, "at": time() },
                "required": ["kind", "seq", "status", "at"],
            }),
        ),
        (
            "IncomingItem",
            json!({
                "type": "object",
                "properties": { "kind": { "const": "incoming" }, "seq": seq(), "id": { "type": "string" }, "at": time() },
                "required": ["kind", "seq", "id", "at"],
                "description": "A message came in and is kept under this id.",
            }),
        ),
        (
            "Incoming",
            json!({
                "type": "object",
                "properties": {
                    "id": { "type": "string", "description": "The feed's, not WhatsApp's." },
                    "at": time(),
                    "message": {
                        "type": "object",
                        "properties": {
                            "id": { "type": "string" },
                            "type": { "type": "string" },
                            "text": { "type": "string" },
                            "fromMe": { "const": false },
                            "conversation": { "type": "string", "description": "The chat; a reply goes to it as `toNumber`." },
                            "conversationName": { "type": "string" },
                            "sender": { "type": "string" },
                            "senderName": { "type": "string" },
                            "senderNumber": { "type": "string" },
                            "timestamp": { "type": "integer", "description": "Seconds since 1970." },
                            "content": { "description": "The message's own object, as Maytapi sent it." },
                        },
                        "required": ["fromMe"],
                    },
                },
                "required": ["id", "at", "message"],
            }),
        ),
        (
            "Found",
            json!({
                "type": "object",
                "properties": { "items": items(schema_ref("MessageItem")), "cursor": cursor() },
                "required": ["items", "cursor"],
            }),
        ),
        (
            "Page",
            json!({
                "type": "object",
                "properties": {
                    "items": items(json!({ "anyOf": [schema_ref("MessageItem"), schema_ref("PhoneItem"), schema_ref("BatchItem"), schema_ref("IncomingItem")] })),
                    "cursor": cursor(),
                    "more": { "type": "boolean" },
                },
                "required": ["items", "cursor", "more"],
            }),
        ),
        (
            "PhoneState",
            json!({
                "type": "object",
                "properties": {
                    "status": { "type": ["string", "null"] },
                    "statusAt": { "type": ["integer", "null"] },
                    "webhook": {
                        "type": "object",
                        "properties": { "heardAt": { "type": ["integer", "null"] }, "silent": { "type": "boolean" } },
                        "required": ["heardAt", "silent"],
                    },
                    "limits": items(json!({
                        "type": "object",
                        "properties": {
                            "scope": { "enum": ["caller", "phone"] },
                            "window": { "enum": ["minute", "day", "month"] },
                            "quota": { "type": "integer" },
                            "left": { "type": "integer" },
                            "resetSeconds": { "type": "integer" },
                        },
                    })),
                    "sockets": { "type": "integer" },
                },
                "required": ["status", "statusAt", "webhook", "limits", "sockets"],
            }),
        ),
    ];
    named.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}
