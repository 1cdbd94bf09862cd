//! What is answered where nothing is wrong. Reads are Maytapi's own answers, whose shapes vary: only what is relied upon is described.

use maytapi::reads::Read;
use serde_json::{Map, Value, json};

use super::schema_ref;

/// The named ones.
pub(super) fn schemas() -> Map<String, Value> {
    let named = [
        (
            "Queued",
            json!({
                "type": "object",
                "description": "A message in the phone's queue, in Maytapi's own shape.",
                "properties": {
                    "success": { "const": true },
                    "data": {
                        "type": "object",
                        "properties": {
                            "chatId": { "type": "string", "description": "The chat's WhatsApp id." },
                            "msgId": { "type": "string", "description": "Maytapi's id of the message." },
                        },
                        "required": ["msgId"],
                        "additionalProperties": false,
                    },
                },
                "required": ["success", "data"],
                "additionalProperties": false,
            }),
        ),
        (
            "VisitorToken",
            json!({
                "type": "object",
                "properties": {
                    "token": { "type": "string" },
                    "expires_in": { "type": "integer", "minimum": 1, "description": "Seconds." },
                },
                "required": ["token", "expires_in"],
                "additionalProperties": false,
            }),
        ),
        (
            "TokenInfo",
            json!({
                "type": "object",
                "properties": {
                    "sub": { "type": "string", "description": "Whose token it is." },
                    "expires": { "type": "integer", "description": "Milliseconds since 1970." },
                    "accounts": { "type": "array", "items": {
                        "type": "object",
                        "properties": {
                            "name": { "type": "string" },
                            "phones": { "type": "array", "items": {
                                "type": "object",
                                "properties": { "id": { "type": "string" }, "paused": { "type": "boolean" } },
                                "required": ["id", "paused"],
                            } },
                        },
                        "required": ["name", "phones"],
                    } },
                    "can": {
                        "type": "object",
                        "properties": {
                            "types": { "type": "array", "items": { "type": "string" } },
                            "reads": { "type": "array", "items": { "type": "string" } },
                            "batch": { "type": "boolean", "description": "Whether batches may be made." },
                            "watch": { "enum": ["off", "own", "phone"], "description": "Whose messages may be followed." },
                            "manage": { "type": "boolean", "description": "Whether the phone may be managed: its webhook be set up, all its batches be steered, opt-outs be taken back." },
                        },
                        "required": ["types", "reads", "batch", "watch", "manage"],
                    },
                    "batches": {
                        "type": ["object", "null"],
                        "properties": {
                            "maxRecipients": { "type": "integer" },
                            "perMinute": { "type": "integer" },
                            "dailyCap": { "type": ["integer", "null"] },
                        },
                        "description": "What a batch may ask for at most; null where none may be made.",
                    },
                    "bodyBytes": { "type": "integer", "description": "The largest body of a send." },
                },
                "required": ["sub", "expires", "accounts", "can", "bodyBytes"],
            }),
        ),
        (
            "Ok",
            json!({
                "type": "object",
                "properties": {
                    "ok": { "const": true },
                    "webhook": { "const": "silent", "description": "Of `/ready`: no webhooks come that should." },
                },
                "required": ["ok"],
                "additionalProperties": false,
            }),
        ),
        (
            "Phone",
            json!({
                "type": "object",
                "properties": {
                    "id": { "type": ["integer", "string"], "description": "Maytapi's id of the phone." },
                    "number": { "type": ["string", "null"] },
                    "name": { "type": ["string", "null"] },
                    "status": { "type": ["string", "null"] },
                },
                "required": ["id"],
            }),
        ),
    ];
    named.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// A read's answer.
pub(super) fn of_read(read: Read) -> Value {
    // A list, bare or in `data`.
    let list = |item: Value| {
        let items = json!({ "type": "array", "items": item });
        let wrapped = json!({ "type": "object", "properties": { "data": items }, "required": ["data"] });
        json!({ "anyOf": [items, wrapped] })
    };
    match read {
        Read::ListPhones => list(schema_ref("Phone")),
        Read::Catalog => list(json!({ "type": "object" })),
        Read::CheckPhones => list(json!({
            "type": "object",
            "properties": { "id": { "type": ["string", "object"] }, "valid": { "type": "boolean" } },
            "required": ["id", "valid"],
        })),
        Read::Logs => {
            let entry = json!({
                "type": "object",
                "properties": { "phone": { "type": ["integer", "string"] }, "type": { "type": "string" }, "data": {} },
                "required": ["phone", "data"],
            });
            let data = json!({
                "type": "object",
                "properties": { "count": { "type": ["integer", "string"] }, "list": { "type": "array", "items": entry } },
                "required": ["list"],
            });
            json!({ "type": "object", "properties": { "data": data }, "required": ["data"] })
        }
        Read::Status | Read::Queue => json!({ "type": "object" }),
        Read::Screen => json!({ "type": "string", "contentMediaType": "image/png" }),
    }
}
