//! What waits for the host, by number. One function is called back for every wait: a function made for each, which asked for status
//! and text by itself, took a tenth of a small send's time.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::job::{Job, Step};
use crate::client::{Came, Outcome, Then};

/// A place for each wait, used again when it is over.
struct Places {
    all: Vec<Option<(Rc<Job>, Step)>>,
    free: Vec<u32>,
}

type Resume = dyn Fn(u32, i32, Option<String>, Came) -> Result<JsValue, JsValue>;

thread_local! {
    static WAITING: RefCell<Places> = const { RefCell::new(Places { all: Vec::new(), free: Vec::new() }) };
    static RESUME: JsValue = Closure::<Resume>::new(resume).into_js_value();
}

/// Has a job wait: `start` begins what it waits for, and the job goes on with this step when that is over.
pub(super) fn wait<P>(job: &Rc<Job>, step: Step, start: impl FnOnce(Then<'_>) -> P) -> P {
    let number = WAITING.with_borrow_mut(|waiting| waiting.add((Rc::clone(job), step)));
    RESUME.with(|resume| start(Then { resume, number }))
}

/// Every wait is told once how it ended.
fn resume(number: u32, status: i32, text: Option<String>, came: Came) -> Result<JsValue, JsValue> {
    match WAITING.with_borrow_mut(|waiting| waiting.take(number)) {
        Some((job, step)) => job.proceed(step, Outcome::new(status, text, came)),
        None => Ok(JsValue::UNDEFINED),
    }
}

impl Places {
    fn add(&mut self, wait: (Rc<Job>, Step)) -> u32 {
        if let Some(number) = self.free.pop()
            && let Some(place) = self.all.get_mut(number as usize)
        {
            *place = Some(wait);
            return number;
        }
        // More places than numbers would not fit into the module's memory.
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(Some(wait));
        number
    }

    fn take(&mut self, number: u32) -> Option<(Rc<Job>, Step)> {
        let wait = self.all.get_mut(number as usize)?.take()?;
        self.free.push(number);
        Some(wait)
    }
}
