//! What the Worker asks a phone's object about its feed: one side of a hop, as lines of text.

use super::report::Report;

/// Who looks at the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// A caller, by pseudonym, who may see what is theirs.
    Own(String),
    /// Someone who may see all of the phone; their pseudonym is counted by.
    Phone(String),
}

impl Viewer {
    /// The caller's pseudonym.
    #[must_use]
    pub fn caller(&self) -> &str {
        match self {
            Viewer::Own(caller) | Viewer::Phone(caller) => caller,
        }
    }

    /// Whether they may see what this caller has.
    #[must_use]
    pub fn sees(&self, caller: &str) -> bool {
        self.owner().is_none_or(|own| own == caller)
    }

    /// Of whose messages alone they may see.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        match self {
            Viewer::Own(caller) => Some(caller),
            Viewer::Phone(_) => None,
        }
    }

    /// As a line of a question.
    #[must_use]
    pub fn line(&self) -> String {
        let kind = if self.owner().is_some() { "own" } else { "phone" };
        format!("{kind} {}", self.caller())
    }

    /// Reads what [`Viewer::line`] wrote.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        match line.split_once(' ')? {
            ("own", caller) => Some(Viewer::Own(caller.to_owned())),
            ("phone", caller) => Some(Viewer::Phone(caller.to_owned())),
            _ => None,
        }
    }
}

/// What is asked of a phone's object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// To take what a webhook said.
    Take {
        /// The phone's new state: a word.
        status: Option<String>,
        /// What became of messages.
        reports: Vec<Report>,
        /// What is to be passed on.
        forward: Option<Body>,
    },
    /// What became of a message.
    Message {
        /// Who asks.
        viewer: Viewer,
        /// Maytapi's id, in the caller's words.
        msg_id: String,
    },
    /// What became of these messages.
    Lookup {
        /// Who asks.
        viewer: Viewer,
        /// Maytapi's ids, a list in JSON in the caller's words.
        msg_ids: String,
    },
    /// How the phone is.
    State {
        /// Who asks.
        viewer: Viewer,
    },
    /// What changed since.
    Events {
        /// Who asks.
        viewer: Viewer,
        /// How many changes to tell at most.
        limit: u32,
        /// How long to wait for the first, in milliseconds.
        wait_ms: u32,
        /// The cursor of what was seen, in the caller's words.
        after: Option<String>,
    },
}

/// A webhook's body, to be passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The object's name: account and phone.
    pub phone: String,
    /// The body as it came.
    pub text: String,
}

/// A live socket that wants to be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// Who watches.
    pub viewer: Viewer,
    /// When the token ends, in seconds since 1970.
    pub expires_s: i64,
    /// How many sockets the phone may have.
    pub most: u32,
    /// The cursor of what was seen, in the caller's words.
    pub after: Option<String>,
}

impl Ask {
    /// For the hop. What is in the caller's words comes last.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Ask::Take { status, reports, forward } => {
                let status = status.as_deref().unwrap_or_default();
                let (phone, text) = forward.as_ref().map_or(("", ""), |body| (&body.phone, &body.text));
                let mut lines = format!("take\n{status}\n{phone}\n{}\n", reports.len());
                for report in reports {
                    lines.push_str(&report.line());
                    lines.push('\n');
                }
                lines.push_str(text);
                lines
            }
            Ask::Message { viewer, msg_id } => format!("message\n{}\n{msg_id}", viewer.line()),
            Ask::Lookup { viewer, msg_ids } => format!("lookup\n{}\n{msg_ids}", viewer.line()),
            Ask::State { viewer } => format!("state\n{}\n", viewer.line()),
            Ask::Events { viewer, limit, wait_ms, after } => {
                format!("events\n{}\n{limit}\n{wait_ms}{}", viewer.line(), rest(after.as_deref()))
            }
        }
    }

    /// Reads what [`Ask::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, text) = text.split_once('\n')?;
        if kind == "take" {
            let (status, text) = text.split_once('\n')?;
            let (phone, text) = text.split_once('\n')?;
            let (count, mut text) = text.split_once('\n')?;
            let mut reports = Vec::new();
            for _ in 0..count.parse::<usize>().ok()? {
                let (line, rest) = text.split_once('\n')?;
                reports.push(Report::parse(line)?);
                text = rest;
            }
            let status = Some(status.to_owned()).filter(|status| !status.is_empty());
            let forward = (!phone.is_empty()).then(|| Body { phone: phone.to_owned(), text: text.to_owned() });
            return Some(Ask::Take { status, reports, forward });
        }
        let (viewer, text) = text.split_once('\n')?;
        let viewer = Viewer::parse(viewer)?;
        match kind {
            "message" => Some(Ask::Message { viewer, msg_id: text.to_owned() }),
            "lookup" => Some(Ask::Lookup { viewer, msg_ids: text.to_owned() }),
            "state" => Some(Ask::State { viewer }),
            "events" => {
                let mut lines = text.splitn(3, '\n');
                let (limit, wait_ms) = (lines.next()?.parse().ok()?, lines.next()?.parse().ok()?);
                Some(Ask::Events { viewer, limit, wait_ms, after: lines.next().map(str::to_owned) })
            }
            _ => None,
        }
    }
}

impl Dial {
    /// For the hop, where it is a header: fields between blanks, what is in the caller's words last.
    #[must_use]
    pub fn text(&self) -> String {
        let after = self.after.as_deref().map(|after| format!(" {after}")).unwrap_or_default();
        format!("{} {} {}{after}", self.viewer.line(), self.expires_s, self.most)
    }

    /// Reads what [`Dial::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.splitn(5, ' ');
        let viewer = Viewer::parse(&format!("{} {}", fields.next()?, fields.next()?))?;
        let (expires_s, most) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Dial { viewer, expires_s, most, after: fields.next().map(str::to_owned) })
    }
}

fn rest(text: Option<&str>) -> String {
    text.map(|text| format!("\n{text}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use maytapi::delivery::Delivery;

    #[test]
    fn a_question_survives_the_hop() {
        let (own, phone) = (Viewer::Own("0123".into()), Viewer::Phone("4567".into()));
        let report = Report { msg_id: "m".into(), state: Delivery::Read, at_ms: Some(5), code: None };
        for after in [None, Some(String::new()), Some("e.5\nown x".to_owned())] {
            let events = Ask::Events { viewer: own.clone(), limit: 5, wait_ms: 7, after: after.clone() };
            assert_eq!(Ask::parse(&events.text()), Some(events));
            let dial = Dial { viewer: phone.clone(), expires_s: 9, most: 3, after };
            assert_eq!(Dial::parse(&dial.text()), Some(dial));
        }
        for ask in [
            Ask::Take { status: None, reports: Vec::new(), forward: None },
            Ask::Take {
                status: Some("active".into()),
                reports: vec![report.clone(), report.clone()],
                forward: Some(Body { phone: "main/1150".into(), text: "{\n\n}\n".into() }),
            },
            Ask::Take { status: None, reports: vec![report], forward: None },
            Ask::State { viewer: own.clone() },
            Ask::Message { viewer: own, msg_id: "a\nb".into() },
            Ask::Lookup { viewer: phone, msg_ids: r#"["a","b"]"#.into() },
        ] {
            assert_eq!(Ask::parse(&ask.text()), Some(ask.clone()), "{ask:?}");
        }
        for text in ["", "take", "message\nown", "events\nown 1\nx\n1", "other\nown 1\n", "message\nall 1\nm"] {
            assert_eq!(Ask::parse(text), None, "{text}");
        }
    }
}
