//! The settings about messages: types, recipients, addresses, reads, sizes, times and quotas.

use maytapi::message::{MessageType, Recipient};
use maytapi::reads::Read;

use super::batches;
use super::delivery::needs_store_key;
use super::secrets::Lookup;
use super::section::{Section, no_such};
use crate::config::delivery::Watch;
use crate::config::host_pattern::HostPattern;
use crate::config::model::{Limit, Limits, MessageIds, Policy, Recipients};

/// Reads what may be sent to whom.
pub(super) fn read(mut section: Section<'_>, lookup: Lookup<'_>) -> Policy {
    let types = MessageType::ALL.map(MessageType::as_str);
    let checked = |name: &str| match MessageType::from_name(name) {
        Some(known) => Ok(known.as_str()),
        None => Err(format!("{}; others go into rawTypes", no_such("checked message type", name, &types))),
    };
    let reads = Read::ALL.map(Read::as_str);
    let read = |name: &str| Read::from_name(name).ok_or_else(|| no_such("read", name, &reads));
    let (mut media, mut links) = (section.section("media"), section.section("links"));
    let data_bytes = media.number("dataBytes", MAX_FILE, 1..=MAX_FILE) as usize;
    let policy = Policy {
        types: section
            .list("types", &format!("a list of message types: {}", types.join(", ")), checked)
            .unwrap_or_else(|| types.to_vec()),
        raw_types: section.list("rawTypes", "a list of names of message types", raw_type).unwrap_or_default(),
        recipients: recipients(section.section("recipients")),
        message_ids: message_ids(&mut section),
        media_hosts: media.list("hosts", HOSTS, host),
        data_bytes: media.flag("data", true).then_some(data_bytes),
        link_hosts: links.list("hosts", HOSTS, host),
        delivery: watch(&mut section),
        manage: section.flag("manage", false),
        batches: section.optional_section("batches").map(|section| batches::read(section, lookup)),
        inbox_ms: section.optional_section("inbox").map(|section| inbox(section, lookup)),
        reads: section.list("reads", &format!("a list of read names: {}", reads.join(", ")), read).unwrap_or_default(),
    };
    media.finish();
    links.finish();
    section.finish();
    policy
}

/// The largest file that Maytapi takes.
const MAX_FILE: u32 = maytapi::message::MAX_FILE_BYTES as u32;

fn raw_type(name: &str) -> Result<String, String> {
    if MessageType::from_name(name).is_some() {
        return Err("is a checked message type: list it in types".to_owned());
    }
    let fits = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    if name.is_empty() || name.len() > 64 || !fits {
        return Err("is no name of a message type: 1 to 64 letters, digits, dashes and underscores".to_owned());
    }
    Ok(name.to_owned())
}

fn message_ids(section: &mut Section<'_>) -> Option<MessageIds> {
    const WANTED: &str = "named, for ids that name their chat, or any";
    let named = MessageIds::from_name(&section.text("messageIds", WANTED)?);
    if named.is_none() {
        section.report("messageIds", format!("must be {WANTED}"));
    }
    named
}

fn watch(section: &mut Section<'_>) -> Watch {
    const WANTED: &str = "off, own or phone";
    let Some(name) = section.text("delivery", WANTED) else { return Watch::default() };
    Watch::from_name(&name).unwrap_or_else(|| {
        section.report("delivery", format!("must be {WANTED}"));
        Watch::default()
    })
}

/// How long messages that came in are kept, in milliseconds.
fn inbox(mut section: Section<'_>, lookup: Lookup<'_>) -> i64 {
    let days = section.number("retentionDays", 30, 1..=90);
    needs_store_key(&section, "what came in is stored sealed", lookup);
    section.finish();
    i64::from(days).saturating_mul(86_400_000)
}

fn recipients(mut section: Section<'_>) -> Recipients {
    const WANTED: &str = "a list of phone numbers and WhatsApp ids";
    const PREFIXES: &str = "a list of the first digits of numbers, with the country code, such as 44";
    let recipient = |text: &str| Recipient::parse(text).map_err(|why| format!("is no recipient. {why}"));
    let prefix = |text: &str| {
        let digits = (1..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if digits && !text.starts_with('0') {
            return Ok(text.to_owned());
        }
        Err("must be the first digits of a number with its country code, such as 44".to_owned())
    };
    let recipients = Recipients {
        allow: section.list("allow", WANTED, recipient),
        deny: section.list("deny", WANTED, recipient).unwrap_or_default(),
        prefixes: section.list("countryPrefixes", PREFIXES, prefix),
        denied_prefixes: section.list("deniedPrefixes", PREFIXES, prefix).unwrap_or_default(),
        groups: section.flag("groups", false),
        channels: section.flag("channels", false),
        other: section.flag("other", false),
    };
    section.finish();
    recipients
}

const HOSTS: &str = "a list of host names, such as files.example or *.files.example";

fn host(text: &str) -> Result<HostPattern, String> {
    HostPattern::parse(text)
        .ok_or_else(|| "must be a public host name alone, such as files.example or *.files.example".to_owned())
}

/// A body stands in an isolate's 128 MB more than once.
const DEFAULT_BODY_BYTES: u32 = 20 * 1024 * 1024;
/// A file of 50 MB in base64, with room for the rest of the message.
const MOST_BODY_BYTES: u32 = 70 * 1024 * 1024 + 64 * 1024;

/// Reads sizes, times and quotas.
pub(super) fn limits(mut section: Section<'_>) -> Limits {
    let limits = Limits {
        body_bytes: section.number("bodyBytes", DEFAULT_BODY_BYTES, 1024..=MOST_BODY_BYTES) as usize,
        body_ms: section.number("bodySeconds", 60, 1..=600).saturating_mul(1000),
        // Half of what the package's client waits for: the answer to a send that was tried again here still reaches it.
        // The runtime evicts an object 70 s after the last request that it knows of.
        upstream_ms: section.number("upstreamSeconds", 30, 1..=60).saturating_mul(1000),
        sockets: section.number("sockets", 500, 1..=5000),
        caller: limit(section.section("caller")),
        recipient: limit(section.section("recipient")),
        phone: limit(section.section("phone")),
    };
    section.finish();
    limits
}

fn limit(mut section: Section<'_>) -> Limit {
    const WANTED: &str =
        "a whole number from 1 on; to send nothing at all, switch an account or phone off with paused or pausedPhones";
    let quotas = ["minute", "day", "month"].map(|name| section.whole(name, WANTED, 1..=u32::MAX));
    let gap_ms = i64::from(section.number("gapSeconds", 0, 0..=86_400)).saturating_mul(1000);
    section.finish();
    Limit { quotas, gap_ms }
}
