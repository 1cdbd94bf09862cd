//! The phone's live sockets: accepted with what they missed, told what changes. The object may be evicted while they are open, so all that is
//! known of one stands in its tags and its attachment.

use wasm_bindgen::JsValue;

use super::ask::{Dial, Viewer};
use super::cursor::Position;
use super::item::{self, Change};
use crate::phone::object::Object;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;
use crate::platform::socket;

/// How many sockets one caller may have at a phone.
const MOST_OF_ONE: u32 = 20;
/// Who is further behind than this asks for pages first.
const MOST_BEHIND: u32 = 1000;
/// Clients ping three times in this time, in milliseconds.
const SILENT_MS: f64 = 90_000.0;
const HOUR_MS: i64 = 3_600_000;

/// Accepts a socket; one that may not be is accepted and closed with a code.
pub fn accept(object: &Object, dial: &Dial, viewer: &Viewer) -> JsValue {
    let refuse = |code, reason| JsValue::from(socket::refuse(code, reason, true));
    let state = object.state.as_raw();
    let caller = format!("u:{}", viewer.caller());
    if socket::count(state, &caller) >= MOST_OF_ONE {
        return refuse(4429, "too_many_sockets");
    }
    if socket::count(state, "") >= dial.most {
        socket::sweep(state, SILENT_MS);
        if socket::count(state, "") >= dial.most {
            return refuse(4429, "too_many_sockets");
        }
    }
    let Ok(frames) = frames(object, dial, viewer) else { return refuse(1011, "internal") };
    let Some(frames) = frames else { return refuse(4409, "behind") };
    let watched = item::tag(viewer.owner());
    let tags = format!("{watched}\n{caller}");
    socket::accept(state, &tags, dial.expires_s as f64, &frames.join("\n")).unwrap_or_else(|_| refuse(1011, "internal"))
}

/// The first frames of a socket; none where it is too far behind.
fn frames(object: &Object, dial: &Dial, viewer: &Viewer) -> Result<Option<Vec<String>>, StorageFailed> {
    let cursor = object.feed.cursor();
    let after = match cursor.resume(dial.after.as_deref()) {
        Position::Now => return Ok(Some(vec![item::hello(&cursor)])),
        Position::Reset => return Ok(Some(vec![item::hello(&cursor), item::reset(&cursor)])),
        Position::After(after) => after,
    };
    let part = object.store.part(object.feed.phone(), &object.batches, after, viewer, MOST_BEHIND)?;
    if part.more {
        return Ok(None);
    }
    let mut frames = vec![item::hello(&cursor.at(after))];
    if !part.changes.is_empty() {
        let items: Vec<String> = part.changes.into_iter().map(|change| change.item).collect();
        frames.push(item::changes(&items, &cursor));
    }
    Ok(Some(frames))
}

/// How many sockets are open.
pub fn count(object: &Object) -> u32 {
    socket::count(object.state.as_raw(), "")
}

/// Tells changes to those who may see them.
pub fn tell(object: &Object, changes: impl FnOnce() -> Vec<Change>) {
    let state = object.state.as_raw();
    if socket::count(state, "") == 0 {
        return;
    }
    let mut parts = String::new();
    for (tag, items) in item::by_tag(&changes()) {
        parts.push_str(&format!("{tag}\n{}\n", items.join(",")));
    }
    socket::tell(state, &parts, &object.feed.cursor().to_string());
}

/// When to look for sockets that are to be closed.
pub fn sweep_due_ms(object: &Object) -> Option<i64> {
    (socket::count(object.state.as_raw(), "") > 0).then(|| object.feed.next_sweep_ms())
}

/// Closes sockets whose token has ended, and silent ones; once an hour.
pub fn sweep(object: &Object) {
    if now_ms() >= object.feed.next_sweep_ms() {
        socket::sweep(object.state.as_raw(), SILENT_MS);
        object.feed.set_next_sweep_ms(now_ms().saturating_add(HOUR_MS));
    }
}
