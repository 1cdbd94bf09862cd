//! Throws away acks that came early and whose send's answer never came.

use crate::phone::object::Object;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;

/// When the oldest are too old.
pub fn due_ms(object: &Object) -> Result<Option<i64>, StorageFailed> {
    if object.feed.early_acks() == 0 { Ok(None) } else { object.store.early_acks_due_ms() }
}

/// Throws away those that are.
pub fn run(object: &Object) -> Result<(), StorageFailed> {
    if object.feed.early_acks() > 0 {
        object.feed.set_early_acks(object.store.clean_early_acks(now_ms())?);
    }
    Ok(())
}
