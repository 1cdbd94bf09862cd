//! The proxy described in OpenAPI 3.1, for programs that make clients: `worker/openapi.json`, made from the table of routes, the table of
//! message types and the kinds of problems. Nothing of it is in the Worker.

mod answers;
mod batches;
mod delivery;
mod messages;
mod operations;

use maytapi::client::Retryable;
use serde_json::{Map, Value, json};

use super::{Method, ROUTES, Route};
use crate::http::problem::ProblemType;
use operations::Operation;

/// The whole description.
fn description() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "maytapi-edge",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "An edge proxy between a web page and Maytapi's WhatsApp API.",
            "description": "Sends WhatsApp messages through Maytapi's queue without showing the account's key. Independent of Maytapi and of \
                WhatsApp. `queued` is not `sent`: what becomes of a message, Maytapi tells later. Field names are given in camelCase; \
                Maytapi's own spelling (`to_number`, `reply_to`) is taken too.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{
            "url": "https://{host}",
            "description": "Where the Worker is deployed.",
            "variables": { "host": { "default": "edge.example", "description": "The Worker's host." } },
        }],
        "tags": [
            { "name": "messages", "description": "Sending." },
            { "name": "delivery", "description": "What becomes of messages, as Maytapi's webhooks tell it." },
            { "name": "batches", "description": "Many messages of one template, sent at a pace that policy allows. Off until the configuration has `policy.batches`." },
            { "name": "reads", "description": "What Maytapi says of an account and its phones. Off until the configuration lists them." },
            { "name": "tokens", "description": "Tokens for visitors." },
            { "name": "health", "description": "Whether the proxy works." },
        ],
        "security": [{ "token": [] }, { "key": [] }],
        "paths": paths(),
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token of the operator's backend or of an issuer that the configuration names.",
                },
                "key": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "x-maytapi-key",
                    "description": "The same token, where a client of Maytapi's has its key.",
                },
            },
            "parameters": {
                "account": parameter("account", "The account's name in the proxy's configuration.", json!({ "type": "string" })),
                "phone": parameter("phone", "Maytapi's id of the phone.", json!({ "type": "string", "pattern": "^[0-9]{1,12}$" })),
                "message": parameter("message", "Maytapi's id of the message.", json!({ "type": "string" })),
                "inbound": parameter("inbound", "The id of a message that came in, as the feed told it.", json!({ "type": "string" })),
                "batch": parameter("batch", "The batch's id.", json!({ "type": "string" })),
                "piece": parameter("piece", "The piece's number, from 0 on.", json!({ "type": "integer", "minimum": 0 })),
                "secret": parameter("secret", "The secret of the webhook's address.", json!({ "type": "string" })),
                "idempotencyKey": {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "description": "A text of the caller's own: the same key and message is sent once, however often it is asked for.",
                    "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
                },
            },
            "headers": headers(),
            "schemas": schemas(),
        },
    })
}

fn parameter(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": about, "schema": schema })
}

fn paths() -> Value {
    let mut paths = Map::new();
    for route in &ROUTES {
        let path = paths.entry(route.pattern).or_insert_with(|| json!({ "parameters": parameters(route) }));
        let method = match route.method {
            Method::Get => "get",
            Method::Post => "post",
            Method::Put => "put",
        };
        path[method] = operation(route, &operations::of(route.name));
    }
    Value::Object(paths)
}

fn parameters(route: &Route) -> Vec<Value> {
    let names = route.pattern.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
}

fn operation(route: &Route, operation: &Operation) -> Value {
    let mut described = json!({
        "operationId": route.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": responses(operation),
    });
    if let Some(schema) = &operation.body {
        described["requestBody"] =
            json!({ "required": !operation.is_body_optional, "content": { "application/json": { "schema": schema } } });
    }
    if operation.is_keyed {
        described["parameters"] = json!([{ "$ref": "#/components/parameters/idempotencyKey" }]);
    } else if !operation.query.is_empty() {
        described["parameters"] = operation.query.clone().into();
    }
    if operation.is_open {
        described["security"] = json!([]);
    }
    described
}

/// The answer, and by status the problems that may come in its place.
fn responses(operation: &Operation) -> Value {
    let mut responses = Map::new();
    let mut answer = json!({ "description": operation.answer.0, "headers": header_refs(&["X-Request-Id"]) });
    answer["content"] = json!({ operation.media_type: { "schema": operation.answer.1 } });
    if operation.is_keyed {
        answer["headers"] = header_refs(&["X-Request-Id", "Idempotency-Replayed", "RateLimit-Policy", "RateLimit"]);
    }
    responses.insert(operation.status.to_owned(), answer);
    for kind in ProblemType::ALL.into_iter().filter(|kind| operation.may_fail_with(*kind)) {
        let status = kind.status().to_string();
        let response = responses.entry(status).or_insert_with(|| {
            let mut names = vec!["X-Request-Id"];
            names.extend((kind.status() == 401).then_some("WWW-Authenticate"));
            names.extend(matches!(kind.status(), 409 | 429 | 502 | 503).then_some("Retry-After"));
            json!({
                "description": "",
                "headers": header_refs(&names),
                "content": { "application/problem+json": { "schema": schema_ref("Problem") } },
                "x-problem-types": [],
            })
        });
        let separator = if response["description"] == "" { "" } else { " " };
        let about = response["description"].as_str().unwrap_or_default();
        response["description"] = format!("{about}{separator}`{}`: {}.", kind.as_str(), kind.title()).into();
        response["x-problem-types"].as_array_mut().unwrap().push(problem_type(kind).into());
    }
    Value::Object(responses)
}

fn problem_type(kind: ProblemType) -> String {
    format!("urn:problem-type:maytapi-edge:{}", kind.as_str())
}

fn header_refs(names: &[&str]) -> Value {
    let reference = |name: &&str| ((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
    Value::Object(names.iter().map(reference).collect())
}

fn headers() -> Value {
    let header = |about: &str, schema: Value| json!({ "description": about, "schema": schema });
    let text = || json!({ "type": "string" });
    json!({
        "X-Request-Id": header("The id under which the proxy logged the request.", text()),
        "Idempotency-Replayed": header("`true` where the outcome is an earlier request's with the same key.", json!({ "const": "true" })),
        "RateLimit-Policy": header("The quotas that are set.", text()),
        "RateLimit": header("What is left of the tightest quota.", text()),
        "Retry-After": header("How long to wait before trying again, in seconds.", json!({ "type": "integer", "minimum": 0 })),
        "WWW-Authenticate": header("`Bearer`, and whether a token came.", text()),
    })
}

fn schema_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn schemas() -> Value {
    let mut schemas = messages::schemas();
    schemas.extend(answers::schemas());
    schemas.extend(delivery::schemas());
    schemas.extend(batches::schemas());
    schemas.insert("Problem".to_owned(), problem());
    Value::Object(schemas)
}

/// The body of every problem.
fn problem() -> Value {
    let types: Vec<String> = ProblemType::ALL.into_iter().map(problem_type).collect();
    let retryable = [Retryable::Yes, Retryable::No, Retryable::Unknown].map(Retryable::as_str);
    let fault = json!({
        "type": "object",
        "properties": {
            "path": { "type": "string", "description": "Where in the message: `toNumber`, `buttons[0].url`." },
            "code": { "type": "string", "description": "What, for programs." },
            "message": { "type": "string", "description": "What to do, for people." },
            "suggestion": { "type": "string", "description": "What was probably meant." },
            "row": { "type": "integer", "description": "In which row of a batch." },
        },
        "required": ["path", "code", "message"],
    });
    json!({
        "type": "object",
        "description": "Problem details (RFC 9457), with Maytapi's `success`, `message` and `code` beside.",
        "properties": {
            "type": { "enum": types, "description": "Which problem." },
            "title": { "type": "string", "description": "The same for every occurrence." },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string", "description": "What to do, for people." },
            "success": { "const": false },
            "message": { "type": "string", "description": "The detail, where a client of Maytapi's looks for it." },
            "code": { "type": "string", "description": "The last part of `type`; Maytapi's own code where Maytapi refused." },
            "retryable": { "enum": retryable, "description": "Whether sending the same again is safe; `unknown` where it may have gone out." },
            "request_id": { "type": "string", "description": "The id under which the proxy logged the request." },
            "faults": { "type": "array", "items": fault, "description": "What is wrong with the message, or with a batch's rows: the first 200." },
            "count": { "type": "integer", "description": "How many faults a batch's rows have." },
        },
        "required": ["type", "title", "status", "detail", "success", "message", "code", "retryable", "request_id"],
    })
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

#[test]
fn the_description_is_what_the_worker_has() {
    let made = format!("{}\n", serde_json::to_string_pretty(&description()).unwrap());
    if std::env::var_os("MAYTAPI_WRITE_OPENAPI").is_some() {
        std::fs::write(FILE, &made).unwrap();
    }
    let written = std::fs::read_to_string(FILE).unwrap();
    assert!(written == made, "worker/openapi.json is old: MAYTAPI_WRITE_OPENAPI=1 cargo test -p maytapi-edge openapi");
}

#[test]
fn every_problem_can_come_of_some_operation() {
    for kind in ProblemType::ALL {
        // Told of methods that no operation has.
        let comes = ROUTES.iter().any(|route| operations::of(route.name).may_fail_with(kind));
        assert_eq!(comes, kind != ProblemType::MethodNotAllowed, "{}", kind.as_str());
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn check(value: &Value, whole: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(to)) = members.get("$ref") {
                    let found = to.strip_prefix('#').and_then(|pointer| whole.pointer(pointer));
                    assert!(found.is_some(), "{to}");
                }
                members.values().for_each(|member| check(member, whole));
            }
            Value::Array(items) => items.iter().for_each(|item| check(item, whole)),
            _ => {}
        }
    }
    let whole = description();
    check(&whole, &whole);
}
