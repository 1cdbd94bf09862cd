//! How far a message has come, from reports that repeat and overtake each other.

named_enum! {
    /// How far a message has come. A later one in this order stands against an earlier one.
    #[derive(PartialOrd, Ord)]
    pub enum Delivery {
        /// It stands in the phone's queue.
        Queued = "queued",
        /// WhatsApp's servers have it: one tick. Maytapi calls this "delivered".
        Sent = "sent",
        /// It could not be sent. A failure may follow "sent" by seconds, and a delivery refutes it.
        Failed = "failed",
        /// The recipient's phone has it: two ticks. Maytapi calls this "reached".
        Delivered = "delivered",
        /// The recipient has seen it: blue ticks.
        Read = "read",
        /// The recipient has played it (audio).
        Played = "played",
        /// It was deleted: nothing comes after that.
        Deleted = "deleted",
    }
}

impl Delivery {
    /// The state of an `ackCode`.
    #[must_use]
    pub fn from_ack_code(code: i64) -> Option<Self> {
        match code {
            -1 => Some(Delivery::Failed),
            1 => Some(Delivery::Sent),
            2 => Some(Delivery::Delivered),
            3 => Some(Delivery::Read),
            4 => Some(Delivery::Played),
            5 => Some(Delivery::Deleted),
            _ => None,
        }
    }

    /// The state of an `ackType`, in Maytapi's words: what it calls "delivered", only its server has.
    #[must_use]
    pub fn from_ack_type(word: &str) -> Option<Self> {
        match word {
            "error" | "failed" => Some(Delivery::Failed),
            "delivered" | "sent" => Some(Delivery::Sent),
            "reached" => Some(Delivery::Delivered),
            "seen" | "read" => Some(Delivery::Read),
            "played" => Some(Delivery::Played),
            "deleted" => Some(Delivery::Deleted),
            _ => None,
        }
    }

    /// The state after another report. Reports repeat and overtake each other, so it never goes back.
    #[must_use]
    pub fn advance(self, report: Delivery) -> Delivery {
        self.max(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn delivery_never_goes_back() {
        use Delivery::{Deleted, Delivered, Failed, Played, Queued, Read, Sent};
        for (state, report, wanted) in [
            (Queued, Sent, Sent),
            (Queued, Read, Read),
            (Read, Sent, Read),
            (Read, Read, Read),
            (Read, Played, Played),
            (Queued, Failed, Failed),
            (Sent, Failed, Failed),
            (Failed, Sent, Failed),
            (Failed, Queued, Failed),
            (Failed, Delivered, Delivered),
            (Failed, Read, Read),
            (Delivered, Failed, Delivered),
            (Played, Failed, Played),
            (Failed, Deleted, Deleted),
            (Read, Deleted, Deleted),
            (Deleted, Read, Deleted),
            (Deleted, Failed, Deleted),
            (Delivered, Queued, Delivered),
        ] {
            assert_eq!(state.advance(report), wanted, "{state:?} then {report:?}");
        }
    }

    #[test]
    fn code_and_word_of_an_ack_mean_the_same() {
        for (code, word) in
            [(-1, "error"), (1, "delivered"), (2, "reached"), (3, "seen"), (4, "played"), (5, "deleted")]
        {
            assert!(Delivery::from_ack_code(code).is_some());
            assert_eq!(Delivery::from_ack_code(code), Delivery::from_ack_type(word), "{word}");
        }
        assert_eq!((Delivery::from_ack_code(9), Delivery::from_ack_type("Delivered")), (None, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn repeated_reports_change_nothing(reports in prop::collection::vec(prop::sample::select(Delivery::ALL.to_vec()), 0..20)) {
            let follow = |reports: &[Delivery]| reports.iter().fold(Delivery::Queued, |state, report| state.advance(*report));
            let end = follow(&reports);
            let twice: Vec<Delivery> = reports.iter().flat_map(|report| [*report, *report]).collect();
            prop_assert_eq!(follow(&twice), end);
            let mut last = Delivery::Queued;
            for report in reports {
                let next = last.advance(report);
                prop_assert!(next >= last);
                last = next;
            }
        }
    }
}
