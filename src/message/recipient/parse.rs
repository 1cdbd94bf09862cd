//! Reads a recipient in any spelling that can mean only one.

use super::model::{InvalidRecipient, Recipient};
use super::{jid, link, number, spelling};

impl Recipient {
    /// Reads a phone number or a JID, in any spelling that can mean only one.
    ///
    /// Spaces, dashes, dots, slashes and brackets are dropped from a number, and so are a leading `+` or `00` and what can't be seen;
    /// digits may be of any script. `tel:` and `whatsapp:` may stand in front, and links of WhatsApp's that name a number are read. A
    /// user's id may have a `+`, a device after a colon, or end in `@s.whatsapp.net`.
    ///
    /// # Errors
    /// When it is neither, with what to do about it.
    pub fn parse(text: &str) -> Result<Self, InvalidRecipient> {
        read(text).map_err(InvalidRecipient)
    }
}

fn read(text: &str) -> Result<Recipient, &'static str> {
    let text = &spelling::plain(text);
    if let Some(number) = link::number_of(text)? {
        return number::phone_number(number).map(Recipient::Phone);
    }
    match jid::parts(text) {
        Some((local, server)) => jid::recipient(local, server),
        None => number::phone_number(text).map(Recipient::Phone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn common_spellings_are_one_number() {
        for text in [
            "12025550123",
            "+12025550123",
            "0012025550123",
            "+1 (202) 555-0123",
            "(+1) 202-555-0123",
            "(001) 202-555-0123",
            "1.202.555.0123",
            "+1 202 555.0123",
            " 1-202-555-0123\n",
            "\u{202a}+1\u{a0}202\u{a0}555\u{2011}0123\u{202c}",
            "+1/202/5550123",
            "+1\t202\t5550123",
            "1202\u{ad}555\u{fe0f}0123\u{200b}",
            "\u{61c}١٢٠٢٥٥٥٠١٢٣",
            "+۱۲۰۲۵۵۵۰۱۲۳",
            "१२०२५५५०१२३",
            "＋１（２０２）５５５－０１２３",
            "tel:+1-202-555-0123",
            "TEL:0012025550123",
            "sms:+12025550123",
            "whatsapp:+12025550123",
            "whatsapp://send?phone=12025550123",
            "wa.me/12025550123",
            "https://wa.me/12025550123?text=Hi%20there",
            "http://www.wa.me/+12025550123/",
            "HTTPS://API.WhatsApp.com/send?phone=12025550123&text=hi",
            "https://api.whatsapp.com/send/?text=hi&phone=%2B12025550123&app_absent=0",
            "https://web.whatsapp.com/send?phone=+12025550123#x",
        ] {
            assert_eq!(Recipient::parse(text).unwrap(), Recipient::Phone("12025550123".into()), "{text:?}");
        }
    }

    #[test]
    fn a_zero_that_belongs_to_the_number_stays() {
        for (text, digits) in
            [("+1 202 555.0000", "12025550000"), ("+52 1 00 0000 0000", "5210000000000"), ("202.5550000", "2025550000")]
        {
            assert_eq!(Recipient::parse(text).unwrap().as_str(), digits, "{text}");
        }
    }

    #[test]
    fn ids_are_told_apart() {
        let cases = [
            ("12025550123@c.us", Recipient::User as fn(String) -> Recipient),
            ("120363027326493365@g.us", Recipient::Group),
            ("12025550123-1574073754@g.us", Recipient::Group),
            ("120363144038483540@newsletter", Recipient::Channel),
            ("98765432101234@lid", Recipient::Other),
        ];
        for (text, kind) in cases {
            assert_eq!(Recipient::parse(text).unwrap(), kind(text.into()));
        }
    }

    #[test]
    fn an_id_is_one_however_it_is_spelt() {
        for text in [
            "+12025550123@c.us",
            "12025550123@C.US",
            "12025550123@s.whatsapp.net",
            "12025550123:17@s.whatsapp.net",
            "+1 202-555-0123@S.WhatsApp.net",
            "\u{200e}12025550123@c.us\u{200e}",
        ] {
            assert_eq!(Recipient::parse(text).unwrap(), Recipient::User("12025550123@c.us".into()), "{text:?}");
        }
        assert_eq!(Recipient::parse("98765432101234:3@lid").unwrap(), Recipient::Other("98765432101234@lid".into()));
        // Ids of kinds that are not known here are kept as they are.
        for text in ["12025550123@broadcast", "13135550002@bot", "abc@next.us"] {
            assert_eq!(Recipient::parse(text).unwrap(), Recipient::Other(text.into()));
        }
        assert_eq!(Recipient::parse("120363027326493365@G.US").unwrap().as_str(), "120363027326493365@g.us");
        assert_eq!(
            Recipient::parse("120363144038483540@Newsletter").unwrap().as_str(),
            "120363144038483540@newsletter"
        );
    }

    #[test]
    fn what_is_no_recipient_is_refused_with_what_to_do() {
        for (text, said) in [
            ("", "Say who"),
            ("  ", "Say who"),
            ("\u{200b}", "Say who"),
            ("123456", "Too short"),
            ("1234567890123456", "Too long"),
            ("0532 123 45 67", "country code"),
            ("+0532 123 45 67", "country code"),
            ("(202) 555-0123", "country code"),
            ("(0202) 555 0123", "country code"),
            ("wa.me/02025550123", "country code"),
            ("+44 (0) 20 7946 0000", "(0)"),
            ("12025550123.0", "spreadsheet"),
            ("12025550123.00", "spreadsheet"),
            ("+1 2025550123,0", "spreadsheet"),
            ("12025550123.0@c.us", "spreadsheet"),
            ("1.20256E+10", "spreadsheet"),
            ("9,19E+11", "spreadsheet"),
            ("12e10", "spreadsheet"),
            ("++12025550123", "only digits"),
            ("1202555O123", "only digits"),
            ("12025550123 ext. 5", "only digits"),
            ("tel:+12025550123;ext=5", "only digits"),
            ("12025550123,12025550124", "sendMany"),
            ("+1 202 555 0123 / +1 202 555 0124", "sendMany"),
            ("12025550123\n12025550124", "sendMany"),
            ("12025550123 and 12025550124", "sendMany"),
            ("+12025550123 +12025550124", "sendMany"),
            ("1 202 555 0123, 1 202 555 0124", "sendMany"),
            ("+12025550123, +1 2025", "sendMany"),
            ("+1 202 555 0123 extension 5", "only digits"),
            ("{{ phone }}", "variable"),
            ("${phone}", "variable"),
            ("undefined", "variable"),
            ("null@c.us", "variable"),
            ("[object Object]", "variable"),
            ("@g.us", "@g.us stands"),
            ("@c.us", "name@server"),
            ("@lid", "name@server"),
            ("a@b@c.us", "name@server"),
            ("12 34@g.us", "Before @g.us"),
            ("12025550123:x@c.us", "only digits"),
            ("me@example.com", "e-mail"),
            ("02025550123@c.us", "country code"),
            ("1-2-3@g.us", "Before @g.us"),
            ("x@newsletter", "channel"),
            ("status@broadcast", "status"),
            ("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv", "@g.us"),
            ("https://whatsapp.com/channel/0029VaAbCdEf", "@newsletter"),
            ("https://wa.me/message/ABCDEFGHIJKLM1", "no number"),
            ("https://wa.me/qr/ABCDEFG", "no number"),
            ("https://api.whatsapp.com/send?text=hi", "no number"),
            ("whatsapp://send?text=hi", "no number"),
            ("wa.me/", "Say who"),
            ("https://shop.example/12025550123", "no number"),
        ] {
            let error = Recipient::parse(text).expect_err(text).to_string();
            assert!(error.contains(said), "{text:?} said {error:?}");
        }
    }

    #[test]
    fn debug_output_hides_the_number() {
        assert_eq!(format!("{:?}", Recipient::parse("12025550123").unwrap()), "Recipient::Phone(…)");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_or_refused_and_reading_again_changes_nothing(text in "\\PC{0,40}") {
            if let Ok(recipient) = Recipient::parse(&text) {
                prop_assert_eq!(Recipient::parse(recipient.as_str()).unwrap(), recipient);
            }
        }

        #[test]
        fn what_a_spreadsheet_writes_is_never_a_number(first in "[1-9]", rest in "[0-9]{7,13}", zeros in "0{1,3}", point in "[.,]", exponent in 1u8..20) {
            for text in [format!("{first}{rest}{point}{zeros}"), format!("{first}{point}{rest}E+{exponent}")] {
                prop_assert!(Recipient::parse(&text).is_err(), "{}", text);
                let as_id = format!("{text}@c.us");
                prop_assert!(Recipient::parse(&as_id).is_err(), "{}", as_id);
            }
        }

        #[test]
        fn separators_never_change_a_number(digits in "[1-9][0-9]{6,14}", at in 1usize..6, sep in "[ .\\-/]") {
            let mut spelt = digits.clone();
            spelt.insert_str(at, &sep);
            prop_assert_eq!(Recipient::parse(&format!("+{spelt}")).unwrap(), Recipient::Phone(digits));
        }
    }
}
