//! The messages that can be sent, from the table of types and fields.

use maytapi::message::{FieldKind, FieldSpec, MessageType};
use serde_json::{Map, Value, json};

use super::schema_ref;

/// Each type's schema, and those that they consist of.
pub(super) fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    let mut mapping = Map::new();
    let mut one_of = Vec::new();
    for kind in MessageType::ALL {
        let name = name_of(kind);
        one_of.push(schema_ref(&name));
        mapping.insert(kind.as_str().to_owned(), format!("#/components/schemas/{name}").into());
        schemas.insert(name, message(kind));
    }
    let union = json!({
        "description": "A message, checked field by field before it leaves. Which types may be sent is the configuration's.",
        "oneOf": one_of,
        "discriminator": { "propertyName": "type", "mapping": mapping },
    });
    let raw = json!({
        "type": "object",
        "description": "A type that is not checked, with any fields, where the configuration lists it.",
        "properties": {
            "type": { "type": "string", "minLength": 1, "not": { "enum": MessageType::ALL.map(MessageType::as_str) } },
            "toNumber": schema_ref("Recipient"),
        },
        "required": ["type", "toNumber"],
        "additionalProperties": true,
    });
    let recipient = json!({
        "type": "string",
        "minLength": 1,
        "description": "A phone number with its country code, in any usual spelling, or a WhatsApp id: `…@c.us`, `…@g.us`, `…@newsletter`.",
        "examples": ["+1 202-555-0123"],
    });
    schemas.extend([
        ("Message".to_owned(), union),
        ("RawMessage".to_owned(), raw),
        ("Recipient".to_owned(), recipient),
        ("Button".to_owned(), button()),
        ("ContactCard".to_owned(), card()),
        ("StickerSize".to_owned(), size()),
    ]);
    schemas
}

/// `text` is `TextMessage`.
fn name_of(kind: MessageType) -> String {
    let (first, rest) = kind.as_str().split_at(1);
    format!("{}{rest}Message", first.to_ascii_uppercase())
}

fn message(kind: MessageType) -> Value {
    let mut properties = Map::new();
    properties.insert("type".to_owned(), json!({ "const": kind.as_str() }));
    properties.insert("toNumber".to_owned(), schema_ref("Recipient"));
    let mut required = vec!["type", "toNumber"];
    for spec in kind.all_fields() {
        properties.insert(spec.name.to_owned(), field(spec));
        required.extend(spec.required.then_some(spec.name));
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Without an arm for all others on purpose: whoever adds a kind has to say.
fn field(spec: &FieldSpec) -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let degrees = |least: i16, most: i16| json!({ "type": ["number", "string"], "minimum": least, "maximum": most });
    let file = "An http or https address, or a `data:` URI with its MIME type and base64.";
    let mut schema = match spec.kind {
        FieldKind::Text => json!({ "type": "string" }),
        FieldKind::Question => json!({ "type": "string", "maxLength": 255 }),
        FieldKind::Filename => text("A file's name."),
        FieldKind::Flag => json!({ "type": "boolean" }),
        FieldKind::Media => text(file),
        FieldKind::Image => text(&format!("{file} An image.")),
        FieldKind::Sticker => text(&format!("{file} A WebP image.")),
        FieldKind::Url => text("An http or https address."),
        FieldKind::Contact => schema_ref("Recipient"),
        FieldKind::MessageId => json!({ "type": "string", "maxLength": 256, "description": "A message's id." }),
        FieldKind::Emoji => text("One emoji, or nothing to take the reaction back."),
        FieldKind::Latitude => degrees(-90, 90),
        FieldKind::Longitude => degrees(-180, 180),
        FieldKind::Vcard => schema_ref("ContactCard"),
        FieldKind::PollOptions => json!({
            "type": "array",
            "items": { "type": "string", "minLength": 1, "maxLength": 100 },
            "minItems": 2,
            "maxItems": 12,
            "uniqueItems": true,
        }),
        FieldKind::StickerSize => schema_ref("StickerSize"),
        FieldKind::Buttons => json!({ "type": "array", "items": schema_ref("Button"), "minItems": 1, "maxItems": 3 }),
    };
    // An optional text that is empty counts as left out.
    if spec.required && schema["type"] == "string" && spec.kind != FieldKind::Emoji {
        schema["minLength"] = 1.into();
    }
    schema
}

fn button() -> Value {
    json!({
        "type": "object",
        "description": "A button: its text, and exactly one of what it does.",
        "properties": {
            "text": { "type": "string", "minLength": 1 },
            "id": { "type": "string", "description": "Answers; the webhook of the answer names it." },
            "url": { "type": "string", "description": "Opens an http or https address." },
            "phoneNumber": { "type": "string", "description": "Calls a phone number." },
            "code": { "type": "string", "description": "Copies a text." },
        },
        "required": ["text"],
        "minProperties": 2,
        "maxProperties": 2,
        "additionalProperties": false,
    })
}

fn card() -> Value {
    json!({
        "type": "object",
        "properties": {
            "displayName": { "type": "string", "minLength": 1, "description": "The name that is shown." },
            "vcard": { "type": "string", "description": "A vCard 3.0, from BEGIN:VCARD to END:VCARD." },
        },
        "required": ["displayName", "vcard"],
        "additionalProperties": false,
    })
}

fn size() -> Value {
    let pixels = json!({ "type": "integer", "minimum": 1, "maximum": 4096 });
    json!({
        "type": "object",
        "description": "Pixels.",
        "properties": { "width": pixels, "height": pixels },
        "required": ["width", "height"],
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use maytapi::message::Message;

    use super::*;

    fn sample(kind: FieldKind) -> Value {
        match kind {
            FieldKind::Text | FieldKind::Question | FieldKind::Filename | FieldKind::MessageId => json!("abc"),
            FieldKind::Flag => json!(true),
            FieldKind::Media | FieldKind::Image | FieldKind::Url => json!("https://files.example.com/a.png"),
            FieldKind::Sticker => json!("https://files.example.com/a.webp"),
            FieldKind::Contact => json!("12025550124"),
            FieldKind::Emoji => json!("👍"),
            FieldKind::Latitude | FieldKind::Longitude => json!(12.5),
            FieldKind::Vcard => json!({ "displayName": "A", "vcard": "BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD" }),
            FieldKind::PollOptions => json!(["Yes", "No"]),
            FieldKind::StickerSize => json!({ "width": 512, "height": 512 }),
            FieldKind::Buttons => json!([{ "id": "1", "text": "Yes" }]),
        }
    }

    fn is_taken(message: &Value) -> bool {
        Message::parse(serde_json::from_value(message.clone()).unwrap()).is_ok()
    }

    #[test]
    fn the_described_messages_are_those_that_are_taken() {
        let schemas = schemas();
        for kind in MessageType::ALL {
            let schema = &schemas[&name_of(kind)];
            let mut whole = json!({ "type": kind.as_str(), "toNumber": "+1 202-555-0123" });
            for spec in kind.all_fields() {
                whole[spec.name] = sample(spec.kind);
            }
            assert!(is_taken(&whole), "{whole}");
            let described = schema["properties"].as_object().unwrap();
            assert!(whole.as_object().unwrap().keys().eq(described.keys()), "{schema}");
            for name in described.keys() {
                let mut without = whole.clone();
                without.as_object_mut().unwrap().remove(name);
                let is_required = schema["required"].as_array().unwrap().contains(&json!(name));
                assert_eq!(is_taken(&without), !is_required, "{kind:?} without {name}");
            }
            let mut more = whole.clone();
            more["unknown"] = json!(1);
            assert!(!is_taken(&more), "{more}");
        }
    }

    /// What the schemas bound, the reader bounds alike.
    #[test]
    fn the_described_bounds_are_those_that_are_checked() {
        let poll = |question: usize, options: usize| {
            let options: Vec<String> = (0..options).map(|n| n.to_string()).collect();
            json!({ "type": "poll", "toNumber": "12025550123", "message": "?".repeat(question), "options": options })
        };
        let place = |latitude: f64, longitude: f64| json!({ "type": "location", "toNumber": "12025550123", "latitude": latitude, "longitude": longitude });
        let buttons = |count: usize| {
            let buttons: Vec<Value> = (0..count).map(|n| json!({ "id": n.to_string(), "text": "a" })).collect();
            json!({ "type": "buttons", "toNumber": "12025550123", "message": "a", "buttons": buttons })
        };
        for (message, wanted) in [
            (poll(255, 2), true),
            (poll(256, 2), false),
            (poll(0, 2), false),
            (poll(1, 1), false),
            (poll(1, 12), true),
            (poll(1, 13), false),
            (place(90.0, 180.0), true),
            (place(90.5, 180.0), false),
            (place(-90.0, -180.5), false),
            (buttons(0), false),
            (buttons(3), true),
            (buttons(4), false),
        ] {
            assert_eq!(is_taken(&message), wanted, "{message}");
        }
    }
}
