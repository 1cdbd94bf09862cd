//! The settings about messages: types, recipients, addresses, reads, sizes, times and quotas.

use maytapi::message::{MessageType, Recipient};
use maytapi::reads::Read;

use super::delivery::Watch;
use super::error::{ConfigError, bounded};
use super::host_pattern::HostPattern;
use super::model::{Limit, Limits, MessageIds, Policy, Recipients};
use super::schema;

/// A body stands in an isolate's 128 MB more than once.
const DEFAULT_BODY_BYTES: u32 = 20 * 1024 * 1024;
/// A file of 50 MB in base64, with room for the rest of the message.
const MOST_BODY_BYTES: u32 = 70 * 1024 * 1024 + 64 * 1024;

/// Reads what may be sent to whom.
pub(super) fn read(written: schema::Policy) -> Result<Policy, ConfigError> {
    let types = match written.types {
        None => MessageType::ALL.iter().map(|kind| kind.as_str()).collect(),
        Some(names) => {
            let known = |(n, name): (usize, &String)| {
                MessageType::from_name(name).map(MessageType::as_str).ok_or_else(|| {
                    ConfigError::new(
                        format!("PROXY.policy.types[{n}]"),
                        "is no checked message type; others go into rawTypes",
                    )
                })
            };
            names.iter().enumerate().map(known).collect::<Result<_, _>>()?
        }
    };
    for (n, name) in written.raw_types.iter().enumerate() {
        let at = format!("PROXY.policy.rawTypes[{n}]");
        if MessageType::from_name(name).is_some() {
            return Err(ConfigError::new(at, "is a checked message type: list it in types"));
        }
        if name.is_empty() || name.len() > 64 || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        {
            return Err(ConfigError::new(at, "is no name of a message type"));
        }
    }
    let read = |(n, name): (usize, &String)| {
        Read::ALL.into_iter().find(|known| known.as_str() == name).ok_or_else(|| {
            let known: Vec<&str> = Read::ALL.iter().map(|read| read.as_str()).collect();
            ConfigError::new(format!("PROXY.policy.reads[{n}]"), format!("is no read; there are {}", known.join(", ")))
        })
    };
    let reads = written.reads.iter().enumerate().map(read).collect::<Result<_, _>>()?;
    let data = written.data;
    let data_bytes = bounded("PROXY.policy.media.dataBytes", written.data_bytes, MAX_FILE, 1..=MAX_FILE)?;
    Ok(Policy {
        types,
        raw_types: written.raw_types,
        recipients: recipients(written.recipients)?,
        message_ids: written.message_ids.map(|text| message_ids(&text)).transpose()?,
        media_hosts: hosts("PROXY.policy.media.hosts", written.media_hosts)?,
        data_bytes: data.then_some(data_bytes as usize),
        link_hosts: hosts("PROXY.policy.links.hosts", written.link_hosts)?,
        reads,
        manage: written.manage,
        delivery: match written.delivery {
            None => Watch::default(),
            Some(name) => Watch::from_name(&name)
                .ok_or_else(|| ConfigError::new("PROXY.policy.delivery", "must be off, own or phone"))?,
        },
    })
}

fn message_ids(text: &str) -> Result<MessageIds, ConfigError> {
    match text {
        "named" => Ok(MessageIds::Named),
        "any" => Ok(MessageIds::Any),
        _ => Err(ConfigError::new("PROXY.policy.messageIds", "must be named or any")),
    }
}

/// The largest file that Maytapi takes.
const MAX_FILE: u32 = maytapi::message::MAX_FILE_BYTES as u32;

fn recipients(written: schema::Recipients) -> Result<Recipients, ConfigError> {
    let list = |field: &str, texts: &[String]| -> Result<Vec<Recipient>, ConfigError> {
        let read = |(n, text): (usize, &String)| {
            Recipient::parse(text)
                .map_err(|why| ConfigError::new(format!("PROXY.policy.recipients.{field}[{n}]"), why.to_string()))
        };
        texts.iter().enumerate().map(read).collect()
    };
    let prefixes = |field: &str, texts: Vec<String>| -> Result<Vec<String>, ConfigError> {
        for (n, text) in texts.iter().enumerate() {
            let digits = (1..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            if !digits || text.starts_with('0') {
                let at = format!("PROXY.policy.recipients.{field}[{n}]");
                return Err(ConfigError::new(
                    at,
                    "must be the first digits of a number with its country code, such as 44",
                ));
            }
        }
        Ok(texts)
    };
    Ok(Recipients {
        allow: written.allow.map(|texts| list("allow", &texts)).transpose()?,
        deny: list("deny", &written.deny)?,
        prefixes: written.country_prefixes.map(|texts| prefixes("countryPrefixes", texts)).transpose()?,
        denied_prefixes: prefixes("deniedPrefixes", written.denied_prefixes)?,
        groups: written.groups,
        channels: written.channels,
        other: written.other,
    })
}

fn hosts(field: &str, written: Option<Vec<String>>) -> Result<Option<Vec<HostPattern>>, ConfigError> {
    let read = |(n, text): (usize, &String)| {
        HostPattern::parse(text).ok_or_else(|| {
            ConfigError::new(format!("{field}[{n}]"), "must be a host name, such as files.example or *.files.example")
        })
    };
    written.map(|texts| texts.iter().enumerate().map(read).collect()).transpose()
}

/// Reads sizes, times and quotas.
pub(super) fn limits(written: &schema::Limits) -> Result<Limits, ConfigError> {
    let seconds = |field: &str, given, usual, most| {
        bounded(field, given, usual, 1..=most).map(|seconds| seconds.saturating_mul(1000))
    };
    Ok(Limits {
        body_bytes: bounded("PROXY.limits.bodyBytes", written.body_bytes, DEFAULT_BODY_BYTES, 1024..=MOST_BODY_BYTES)?
            as usize,
        body_ms: seconds("PROXY.limits.bodySeconds", written.body_seconds, 60, 600)?,
        // Half of what the package's client waits for: the answer to a send that was tried again here still reaches it.
        // The runtime evicts an object 70 s after the last request that it knows of.
        upstream_ms: seconds("PROXY.limits.upstreamSeconds", written.upstream_seconds, 30, 60)?,
        sockets: bounded("PROXY.limits.sockets", written.sockets, 500, 1..=5000)?,
        caller: limit("caller", &written.caller)?,
        recipient: limit("recipient", &written.recipient)?,
        phone: limit("phone", &written.phone)?,
    })
}

fn limit(scope: &str, written: &schema::Quota) -> Result<Limit, ConfigError> {
    for (name, given) in [("minute", written.minute), ("day", written.day), ("month", written.month)] {
        if given == Some(0) {
            let advice = "must be at least 1; switch an account or phone off with paused or pausedPhones";
            return Err(ConfigError::new(format!("PROXY.limits.{scope}.{name}"), advice));
        }
    }
    let gap = bounded(&format!("PROXY.limits.{scope}.gapSeconds"), written.gap_seconds, 0, 0..=86_400)?;
    Ok(Limit { quotas: [written.minute, written.day, written.month], gap_ms: i64::from(gap).saturating_mul(1000) })
}
