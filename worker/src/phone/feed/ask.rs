//! What the Worker asks a phone's object about its feed: one side of a hop, as lines of text.

use super::report::Report;
use crate::config::pseudonym::{Pseudonyms, hex, unhex};
use crate::phone::inbox::Inbound;

/// Who follows messages, as the Worker knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// Issuer and subject of their token.
    pub identity: String,
    /// Whether they may see all of the phone, or what is theirs alone.
    pub sees_all: bool,
}

/// Who looks at the feed, as the phone's object knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// A caller, by pseudonym, who may see what is theirs.
    Own(String),
    /// Someone who may see all of the phone; their pseudonym is counted by.
    Phone(String),
}

impl Follower {
    /// By a pseudonym, as rows and sockets have it.
    #[must_use]
    pub fn viewer(&self, pseudonyms: &Pseudonyms) -> Viewer {
        let pseudonym = pseudonyms.of_caller(&self.identity);
        if self.sees_all { Viewer::Phone(pseudonym) } else { Viewer::Own(pseudonym) }
    }

    /// Two fields with a blank between: digits in place of what a subject may hold.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", if self.sees_all { "phone" } else { "own" }, hex(self.identity.as_bytes()))
    }

    /// Reads what [`Follower::line`] wrote.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (kind, identity) = line.split_once(' ')?;
        let sees_all = match kind {
            "own" => false,
            "phone" => true,
            _ => return None,
        };
        Some(Follower { identity: String::from_utf8(unhex(identity)?).ok()?, sees_all })
    }
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
}

/// A webhook that is to be passed on, on its way to the phone's object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// A digest of what it is known again by.
    pub key: String,
    /// Its body, as it came.
    pub body: String,
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
        /// The number of who asks to get no more from batches.
        opt_out: Option<String>,
        /// A message that came in and is to be kept.
        inbound: Option<Inbound>,
        /// The webhook itself, where it is to be passed on.
        forward: Option<Forwarded>,
    },
    /// What became of a message.
    Message {
        /// Who asks.
        follower: Follower,
        /// Maytapi's id, in the caller's words.
        msg_id: String,
    },
    /// What became of these messages.
    Lookup {
        /// Who asks.
        follower: Follower,
        /// Maytapi's ids, a list in JSON in the caller's words.
        msg_ids: String,
    },
    /// A message that came in. Who may see the whole phone asks.
    Inbound {
        /// The id of the feed, in the caller's words.
        id: String,
    },
    /// How the phone is.
    State {
        /// Who asks.
        follower: Follower,
    },
    /// What changed since.
    Events {
        /// Who asks.
        follower: Follower,
        /// How many changes to tell at most.
        limit: u32,
        /// How long to wait for the first, in milliseconds.
        wait_ms: u32,
        /// The cursor of what was seen, in the caller's words.
        after: Option<String>,
    },
}

/// A live socket that wants to be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// Who watches.
    pub follower: Follower,
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
            Ask::Take { status, reports, opt_out, inbound, forward } => {
                let status = status.as_deref().unwrap_or_default();
                let (key, message) = inbound.as_ref().map_or(("", ""), |inbound| (&inbound.key, &inbound.message));
                let opt_out = opt_out.as_deref().unwrap_or_default();
                let (known_by, body) = forward.as_ref().map_or(("", ""), |forward| (&forward.key, &forward.body));
                let mut lines = format!("take\n{status}\n{opt_out}\n{key}\n{message}\n{known_by}\n{}\n", reports.len());
                for report in reports {
                    lines.push_str(&report.line());
                    lines.push('\n');
                }
                lines.push_str(body);
                lines
            }
            Ask::Message { follower, msg_id } => format!("message\n{}\n{msg_id}", follower.line()),
            Ask::Lookup { follower, msg_ids } => format!("lookup\n{}\n{msg_ids}", follower.line()),
            Ask::Inbound { id } => format!("inbound\n{id}"),
            Ask::State { follower } => format!("state\n{}\n", follower.line()),
            Ask::Events { follower, limit, wait_ms, after } => {
                format!("events\n{}\n{limit}\n{wait_ms}{}", follower.line(), rest(after.as_deref()))
            }
        }
    }

    /// Reads what [`Ask::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, text) = text.split_once('\n')?;
        match kind {
            "take" => return take(text),
            "inbound" => return Some(Ask::Inbound { id: text.to_owned() }),
            _ => {}
        }
        let (follower, text) = text.split_once('\n')?;
        let follower = Follower::parse(follower)?;
        match kind {
            "message" => Some(Ask::Message { follower, msg_id: text.to_owned() }),
            "lookup" => Some(Ask::Lookup { follower, msg_ids: text.to_owned() }),
            "state" => Some(Ask::State { follower }),
            "events" => {
                let mut lines = text.splitn(3, '\n');
                let (limit, wait_ms) = (lines.next()?.parse().ok()?, lines.next()?.parse().ok()?);
                Some(Ask::Events { follower, limit, wait_ms, after: lines.next().map(str::to_owned) })
            }
            _ => None,
        }
    }
}

/// What a webhook said, of the lines after the first.
fn take(text: &str) -> Option<Ask> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let (status, text) = text.split_once('\n')?;
    let (opt_out, text) = text.split_once('\n')?;
    let (key, text) = text.split_once('\n')?;
    let (message, text) = text.split_once('\n')?;
    let (known_by, text) = text.split_once('\n')?;
    let (count, mut text) = text.split_once('\n')?;
    let mut reports = Vec::new();
    for _ in 0..count.parse::<usize>().ok()? {
        let (line, rest) = text.split_once('\n')?;
        reports.push(Report::parse(line)?);
        text = rest;
    }
    let inbound = given(key).map(|key| Inbound { key, message: message.to_owned() });
    let forward = given(known_by).map(|key| Forwarded { key, body: text.to_owned() });
    Some(Ask::Take { status: given(status), reports, opt_out: given(opt_out), inbound, forward })
}

impl Dial {
    /// For the hop, where it is a header: fields between blanks, what is in the caller's words last.
    #[must_use]
    pub fn text(&self) -> String {
        let after = self.after.as_deref().map(|after| format!(" {after}")).unwrap_or_default();
        format!("{} {} {}{after}", self.follower.line(), self.expires_s, self.most)
    }

    /// Reads what [`Dial::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.splitn(5, ' ');
        let follower = Follower::parse(&format!("{} {}", fields.next()?, fields.next()?))?;
        let (expires_s, most) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Dial { follower, expires_s, most, after: fields.next().map(str::to_owned) })
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
        let own = Follower { identity: "https://issuer.example\nuser 7 é".into(), sees_all: false };
        let phone = Follower { identity: String::new(), sees_all: true };
        let report = Report { msg_id: "m".into(), state: Delivery::Read, at_ms: Some(5), code: None };
        let inbound = Inbound { key: "0f".into(), message: r#"{"text":"a\nb"}"#.into() };
        for after in [None, Some(String::new()), Some("e.5\nown x".to_owned())] {
            let events = Ask::Events { follower: own.clone(), limit: 5, wait_ms: 7, after: after.clone() };
            assert_eq!(Ask::parse(&events.text()), Some(events));
            let dial = Dial { follower: own.clone(), expires_s: 9, most: 3, after };
            assert!(dial.text().is_ascii());
            assert_eq!(Dial::parse(&dial.text()), Some(dial));
        }
        for ask in [
            Ask::Take { status: None, reports: Vec::new(), opt_out: None, inbound: None, forward: None },
            Ask::Take {
                status: Some("active".into()),
                reports: vec![report.clone(), report.clone()],
                opt_out: Some("12025550123".into()),
                inbound: Some(inbound),
                forward: Some(Forwarded { key: "1e".into(), body: "{\n\n}\n".into() }),
            },
            Ask::Take { status: None, reports: vec![report], opt_out: None, inbound: None, forward: None },
            Ask::State { follower: own.clone() },
            Ask::Inbound { id: "a\nb".into() },
            Ask::Message { follower: own, msg_id: "a\nb".into() },
            Ask::Lookup { follower: phone, msg_ids: r#"["a","b"]"#.into() },
        ] {
            assert_eq!(Ask::parse(&ask.text()), Some(ask.clone()), "{ask:?}");
        }
        for text in [
            "",
            "take",
            "message\nown",
            "events\nown 1\nx\n1",
            "other\nown 31\n",
            "message\nall 31\nm",
            "state\nown 3\n",
        ] {
            assert_eq!(Ask::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_follower_is_known_by_a_pseudonym() {
        let pseudonyms = Pseudonyms::of_key(&[7; 32]);
        let of = |identity: &str, sees_all| Follower { identity: identity.into(), sees_all }.viewer(&pseudonyms);
        assert_eq!(of("ada", false).owner(), Some(of("ada", true).caller()));
        assert_eq!(of("ada", true).owner(), None);
        assert_ne!(of("ada", false), of("bob", false));
        assert!(!of("ada", false).caller().contains("ada"));
        let bob = of("bob", false);
        assert!(bob.sees(bob.caller()) && !bob.sees(of("ada", false).caller()));
        assert!(of("bob", true).sees(of("ada", false).caller()));
    }
}
