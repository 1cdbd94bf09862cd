//! Throws away records, counters, messages, batches and what came in that are too old: once an hour, or faster while more is left than one
//! round takes.

use crate::config::current;
use crate::phone::object::Object;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;

const HOUR_MS: i64 = 3_600_000;
const SECOND_MS: i64 = 1000;

/// When to clean again, as long as there are rows.
pub fn due_ms(object: &Object) -> Result<Option<i64>, StorageFailed> {
    Ok(object.store.has_rows()?.then(|| object.next_cleaning_ms.get()))
}

/// Does one round, where its time has come: at birth at once.
pub fn run(object: &Object) -> Result<(), StorageFailed> {
    let now = now_ms();
    if now < object.next_cleaning_ms.get() {
        return Ok(());
    }
    // Nothing is thrown away by a configuration that nobody can read.
    let kept_ms = current::config().as_ref().as_ref().map_or([i64::MAX; 4], |config| {
        let inbox = config.policy.inbox_ms.unwrap_or_default();
        [config.retention_ms, config.delivery.retention_ms, inbox, config.policy.results_ms()]
    });
    let [records, messages, inbox, results] = kept_ms;
    let more = object.store.clean(now, records)?;
    let more = object.store.clean_messages(now.saturating_sub(messages), object.feed.seq())? || more;
    let more = object.store.clean_inbox(now.saturating_sub(inbox), object.feed.seq())? || more;
    let more = object.store.clean_batches(now.saturating_sub(results), object.feed.seq())? || more;
    let after = if more { SECOND_MS } else { HOUR_MS };
    object.next_cleaning_ms.set(now.saturating_add(after));
    Ok(())
}
