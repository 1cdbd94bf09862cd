//! Reads one object of the configuration setting by setting, so that every fault is found, each with what is wanted there. What nobody asks
//! for is no setting.
//!
//! Read by hand and not by a derived reader: that would stop at the first fault.

use std::ops::RangeInclusive;

use maytapi::json::{Json, Members};
use maytapi::spelling::nearest;

use crate::config::error::{Faults, SettingPath};

/// One object of the configuration, from which the settings are taken one by one. `null` counts as left out.
#[derive(Debug)]
pub(super) struct Section<'f> {
    /// Where it stands.
    pub path: SettingPath,
    /// Where its faults go.
    pub faults: &'f Faults,
    members: Option<Members>,
    /// Whether a fault says already that there is nothing to read.
    is_reported: bool,
    asked: Vec<&'static str>,
}

impl<'f> Section<'f> {
    /// An object. Where it is none, that is the one fault: nothing more is said of its parts.
    pub fn of(path: SettingPath, value: Json, faults: &'f Faults) -> Self {
        let members = match value {
            Json::Object(members) => Some(members),
            _ => None,
        };
        Section { path, faults, members, is_reported: false, asked: Vec::new() }
    }

    /// A place where there is nothing to read, of which something was said already.
    pub fn absent(path: SettingPath, faults: &'f Faults) -> Self {
        Section { path, faults, members: None, is_reported: true, asked: Vec::new() }
    }

    /// Whether there is an object to read.
    pub fn is_there(&self) -> bool {
        self.members.is_some()
    }

    /// Reports a fault of a setting.
    pub fn report(&self, name: &'static str, advice: impl Into<String>) {
        if self.is_there() {
            self.faults.add(&self.path.member(name), advice);
        }
    }

    /// An object that may be left out, which is the same as an empty one.
    pub fn section(&mut self, name: &'static str) -> Section<'f> {
        let there = self.is_there();
        let empty = move |path, faults| match there {
            true => Section::of(path, Json::Object(Vec::new()), faults),
            false => Section::absent(path, faults),
        };
        self.optional_section(name).unwrap_or_else(|| empty(self.path.member(name), self.faults))
    }

    /// An object that means something by being there.
    pub fn optional_section(&mut self, name: &'static str) -> Option<Section<'f>> {
        let value = self.take(name)?;
        Some(Section::of(self.path.member(name), value, self.faults))
    }

    /// An object that must be there.
    pub fn required_section(&mut self, name: &'static str, wanted: &str) -> Section<'f> {
        self.optional_section(name).unwrap_or_else(|| {
            self.report(name, format!("is missing: give {wanted}"));
            Section::absent(self.path.member(name), self.faults)
        })
    }

    /// A list of objects.
    pub fn sections(&mut self, name: &'static str) -> Vec<Section<'f>> {
        let path = self.path.member(name);
        let items = self.items(name, "a list of objects").unwrap_or_default();
        items.into_iter().enumerate().map(|(n, item)| Section::of(path.item(n), item, self.faults)).collect()
    }

    /// Every member as an object, with the name that the operator gave it.
    pub fn accounts(self, wanted: &str) -> Vec<(String, Section<'f>)> {
        let (path, faults) = (self.path, self.faults);
        if !self.is_reported && self.members.as_ref().is_none_or(Vec::is_empty) {
            faults.add(&path, format!("must be {wanted}"));
        }
        let account = |(name, value): (String, Json)| {
            let section = Section::of(path.named(&name), value, faults);
            (name, section)
        };
        self.members.unwrap_or_default().into_iter().map(account).collect()
    }

    /// A text.
    pub fn text(&mut self, name: &'static str, wanted: &str) -> Option<String> {
        match self.take(name)? {
            Json::String(text) if !text.is_empty() => Some(text),
            _ => {
                self.report(name, format!("must be {wanted}"));
                None
            }
        }
    }

    /// A text that must be there. Where it isn't, an empty one stands in for it.
    pub fn required_text(&mut self, name: &'static str, wanted: &str) -> String {
        self.text(name, wanted).unwrap_or_else(|| {
            self.report(name, format!("is missing: give {wanted}"));
            String::new()
        })
    }

    /// A whole number within its bounds.
    pub fn number(&mut self, name: &'static str, usual: u32, range: RangeInclusive<u32>) -> u32 {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        self.whole(name, &wanted, range).unwrap_or(usual)
    }

    /// A whole number that may be left out.
    pub fn whole(&mut self, name: &'static str, wanted: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let number = self.take(name)?.as_int().and_then(|number| u32::try_from(number).ok());
        let fits = number.filter(|number| range.contains(number));
        if fits.is_none() {
            self.report(name, format!("must be {wanted}"));
        }
        fits
    }

    /// A number within its bounds that may have a fraction.
    pub fn fraction(&mut self, name: &'static str, usual: f64, range: RangeInclusive<f64>, wanted: &str) -> f64 {
        let Some(value) = self.take(name) else { return usual };
        let number = match value {
            Json::Float(number) => Some(number),
            Json::Int(number) => i32::try_from(number).ok().map(f64::from),
            _ => None,
        };
        number.filter(|number| range.contains(number)).unwrap_or_else(|| {
            self.report(name, format!("must be {wanted}"));
            usual
        })
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &'static str, usual: bool) -> bool {
        let Some(value) = self.take(name) else { return usual };
        value.as_bool().unwrap_or_else(|| {
            self.report(name, "must be true or false");
            usual
        })
    }

    /// A list of texts, of which each is read, or has a fault that says why not. Whole numbers are taken as well: a phone's id is a number
    /// in Maytapi's answers and a text in its paths.
    pub fn list<T>(
        &mut self,
        name: &'static str,
        wanted: &str,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let path = self.path.member(name);
        let items = self.items(name, wanted)?;
        let text = |item: &Json| match item {
            Json::String(text) => check(text),
            Json::Int(number) => check(&number.to_string()),
            _ => Err(format!("is no text: {name} is {wanted}")),
        };
        let (mut read, faults) = (Vec::new(), self.faults);
        for (n, item) in items.iter().enumerate().take_while(|_| !faults.is_full()) {
            match text(item) {
                Ok(item) => read.push(item),
                Err(advice) => faults.add(&path.item(n), advice),
            }
        }
        Some(read)
    }

    /// A list of texts that must be there and hold something.
    pub fn required_list<T>(
        &mut self,
        name: &'static str,
        wanted: &str,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let state = match self.peek(name) {
            None => "missing",
            Some(Json::Array(items)) if items.is_empty() => "empty",
            _ => return self.list(name, wanted, check).unwrap_or_default(),
        };
        self.take(name);
        self.report(name, format!("is {state}: give {wanted}"));
        Vec::new()
    }

    /// Reports what nobody asked for, or that there is no object at all.
    pub fn finish(self) {
        if !self.is_reported && self.members.is_none() {
            self.faults.add(&self.path, format!("must be an object with {}", self.asked.join(", ")));
        }
        for (name, _) in self.members.unwrap_or_default().into_iter().take_while(|_| !self.faults.is_full()) {
            let advice = no_such("setting", &name, &self.asked);
            self.faults.add(&self.path.named(&name), advice);
        }
    }

    fn items(&mut self, name: &'static str, wanted: &str) -> Option<Vec<Json>> {
        match self.take(name)? {
            Json::Array(items) => Some(items),
            _ => {
                self.report(name, format!("must be {wanted}"));
                None
            }
        }
    }

    fn peek(&self, name: &str) -> Option<&Json> {
        let (_, value) = self.members.as_ref()?.iter().find(|(known, _)| known == name)?;
        Some(value).filter(|value| !value.is_null())
    }

    fn take(&mut self, name: &'static str) -> Option<Json> {
        self.asked.push(name);
        let members = self.members.as_mut()?;
        let at = members.iter().position(|(known, _)| known == name)?;
        Some(members.remove(at).1).filter(|value| !value.is_null())
    }
}

/// The sentence about a word that is none of those known: which was probably meant, and which there are.
pub(super) fn no_such(what: &str, word: &str, known: &[&'static str]) -> String {
    let meant = nearest(word, known).map(|meant| format!("did you mean {meant}? ")).unwrap_or_default();
    format!("is no {what}; {meant}known are {}", known.join(", "))
}
