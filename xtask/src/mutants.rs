//! Mutation testing of the rules of Worker and crate: cargo-mutants changes one thing at a time, and a native test has to notice.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::run::{Context, Echo, Failure, Result, run_expecting};
use crate::{setup, tools};

/// The files of a crate that hold rules and build natively, and how many of a hundred changes its tests must notice.
struct Rules {
    package: &'static str,
    least_percent: usize,
    files: &'static [&'static str],
}

const RULES: [Rules; 2] = [
    Rules {
        package: "maytapi-edge",
        least_percent: 97,
        files: &[
            "worker/src/auth/capability.rs",
            "worker/src/auth/check.rs",
            "worker/src/auth/jwks.rs",
            "worker/src/auth/token.rs",
            "worker/src/auth/turnstile.rs",
            "worker/src/config/batches.rs",
            "worker/src/config/delivery/admission.rs",
            "worker/src/config/delivery/mod.rs",
            "worker/src/config/delivery/signing_key.rs",
            "worker/src/config/delivery/store_key.rs",
            "worker/src/config/error.rs",
            "worker/src/config/host_pattern.rs",
            "worker/src/config/model.rs",
            "worker/src/config/pseudonym.rs",
            "worker/src/config/reading/accounts.rs",
            "worker/src/config/reading/address.rs",
            "worker/src/config/reading/auth.rs",
            "worker/src/config/reading/batches.rs",
            "worker/src/config/reading/delivery.rs",
            "worker/src/config/reading/mod.rs",
            "worker/src/config/reading/policy.rs",
            "worker/src/config/reading/secrets.rs",
            "worker/src/config/reading/section.rs",
            "worker/src/config/token_keys.rs",
            "worker/src/http/access_log.rs",
            "worker/src/http/body.rs",
            "worker/src/http/cors.rs",
            "worker/src/http/head.rs",
            "worker/src/http/problem.rs",
            "worker/src/http/reply.rs",
            "worker/src/phone/batches/ask.rs",
            "worker/src/phone/batches/content.rs",
            "worker/src/phone/batches/model.rs",
            "worker/src/phone/batches/optouts.rs",
            "worker/src/phone/batches/pace/clock.rs",
            "worker/src/phone/batches/pace/estimate.rs",
            "worker/src/phone/batches/pace/memory.rs",
            "worker/src/phone/batches/pace/plan.rs",
            "worker/src/phone/batches/pace/quiet.rs",
            "worker/src/phone/batches/pace/verdict.rs",
            "worker/src/phone/batches/results/csv.rs",
            "worker/src/phone/batches/results/row.rs",
            "worker/src/phone/batches/telling.rs",
            "worker/src/phone/batches/upload/draft.rs",
            "worker/src/phone/batches/upload/fault.rs",
            "worker/src/phone/batches/upload/piece.rs",
            "worker/src/phone/batches/upload/room.rs",
            "worker/src/phone/claim.rs",
            "worker/src/phone/feed/ask.rs",
            "worker/src/phone/feed/cursor.rs",
            "worker/src/phone/feed/item.rs",
            "worker/src/phone/feed/message.rs",
            "worker/src/phone/feed/report.rs",
            "worker/src/phone/feed/early.rs",
            "worker/src/phone/inbox/mod.rs",
            "worker/src/phone/ledger.rs",
            "worker/src/phone/limits.rs",
            "worker/src/phone/schema.rs",
            "worker/src/phone/seats.rs",
            "worker/src/policy/decision.rs",
            "worker/src/policy/media_hosts.rs",
            "worker/src/policy/message_ids.rs",
            "worker/src/routes/delivery/event.rs",
            "worker/src/routes/delivery/receiver.rs",
            "worker/src/routes/mod.rs",
            "worker/src/routes/narrow.rs",
            "worker/src/routes/pattern.rs",
            "worker/src/upstream/problem.rs",
        ],
    },
    Rules {
        package: "maytapi",
        least_percent: 95,
        files: &[
            "src/answer.rs",
            "src/client/decode.rs",
            "src/client/endpoint.rs",
            "src/client/idempotency.rs",
            "src/client/retry/backoff.rs",
            "src/client/retry/mod.rs",
            "src/client/retry/retry_after.rs",
            "src/client/secret.rs",
            "src/delivery.rs",
            "src/json/limits.rs",
            "src/json/object.rs",
            "src/json/read.rs",
            "src/json/text/read.rs",
            "src/json/text/special.rs",
            "src/json/text/write.rs",
            "src/json/value.rs",
            "src/message/check.rs",
            "src/message/fault.rs",
            "src/message/fields.rs",
            "src/message/hint.rs",
            "src/message/media.rs",
            "src/message/model.rs",
            "src/message/parse.rs",
            "src/message/recipient/jid.rs",
            "src/message/recipient/link.rs",
            "src/message/recipient/model.rs",
            "src/message/recipient/number.rs",
            "src/message/recipient/parse.rs",
            "src/message/recipient/rule.rs",
            "src/message/recipient/spelling.rs",
            "src/message/rules/card.rs",
            "src/message/rules/hints.rs",
            "src/message/rules/lists.rs",
            "src/message/rules/mod.rs",
            "src/message/rules/text.rs",
            "src/message/suggest.rs",
            "src/message/table.rs",
            "src/message/wire.rs",
            "src/reads.rs",
            "src/reason.rs",
            "src/spelling.rs",
            "src/strings.rs",
            "src/suggest.rs",
            "src/template/mod.rs",
            "src/template/placeholder.rs",
            "src/url.rs",
            "src/webhook.rs",
        ],
    },
];

/// Changes that no test notices, because they change nothing that matters. Each is followed by the reason, indented.
const ACCEPTED: &str = "xtask/accepted-mutants.txt";

/// Of the tests beside the rules those that take a second each; with them a whole examination takes twice as long.
const SLOW: [&str; 2] =
    ["fifty_megabytes_are_taken_and_one_byte_more_is_not", "no_minute_of_a_year_is_judged_otherwise_than_by_its_clock"];

/// The long test of `worker/tests/fuzz.rs`.
const FUZZING: &str = "no_reader_panics_or_takes_more_memory_than_its_input_accounts_for";

/// Examines the files named, or all that hold rules; fails where a change goes unnoticed that is not accepted.
pub fn mutants(only: &[&str]) -> Result<()> {
    let known: BTreeSet<&str> = RULES.iter().flat_map(|rules| rules.files).copied().collect();
    if let Some(stranger) = only.iter().find(|file| !known.contains(**file)) {
        let known: Vec<&str> = known.into_iter().collect();
        return Err(Failure::new(format!("{stranger} is none of the files with rules:\n{}", known.join("\n"))));
    }
    setup::mutation_tool()?;
    let list = fs::read_to_string(tools::root().join(ACCEPTED)).context(|| format!("cannot read {ACCEPTED}"))?;
    let accepted = accepted(&list)?;
    let mut faults = Vec::new();
    for rules in &RULES {
        let files: Vec<&str> =
            rules.files.iter().copied().filter(|file| only.is_empty() || only.contains(file)).collect();
        if files.is_empty() {
            continue;
        }
        let found = examine(rules, &files)?;
        let accepted: Vec<&str> =
            accepted.iter().copied().filter(|name| files.iter().any(|file| is_of(name, file))).collect();
        let (sentence, failures) = judge(&found, &accepted, rules.least_percent);
        println!("mutants: {}: {sentence}", rules.package);
        faults.extend(failures);
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::new(faults.join("\n"))) }
}

/// What became of the changes.
struct Found {
    /// Noticed by a test, or by the test never ending.
    caught: usize,
    /// Changes that do not compile say nothing.
    unviable: usize,
    /// Each as `file:line:column: what was changed`.
    missed: Vec<String>,
}

fn examine(rules: &Rules, files: &[&str]) -> Result<Found> {
    let folder = tools::root().join("target/mutants").join(rules.package);
    fs::create_dir_all(&folder).context(|| format!("cannot create {}", folder.display()))?;
    // What the quick tests beside the rules notice, which are built and run in a second, the slower ones need not be asked about.
    let beside = pass(rules, files, &folder, &Tests::BesideTheRules)?;
    if beside.missed.is_empty() {
        return Ok(beside);
    }
    let all = pass(rules, files, &folder, &Tests::All { of: &beside.missed })?;
    let (asked, told) = (beside.missed.len(), all.caught + all.unviable + all.missed.len());
    if asked != told {
        return Err(Failure::new(format!("of {asked} changes that the quick tests let pass, {told} were tried again")));
    }
    Ok(Found { caught: beside.caught + all.caught, unviable: beside.unviable + all.unviable, missed: all.missed })
}

/// Which tests have to notice.
enum Tests<'a> {
    /// But for the slow ones.
    BesideTheRules,
    /// Of the changes that the others let pass.
    All { of: &'a [String] },
}

fn pass(rules: &Rules, files: &[&str], folder: &Path, tests: &Tests<'_>) -> Result<Found> {
    let program = tools::MUTANTS.find().ok_or_else(|| Failure::new("cargo-mutants is not there"))?;
    let mut command = tools::command(program)?;
    command.args(["mutants", "--package", rules.package, "--test-package", rules.package, "--output"]).arg(folder);
    for file in files {
        command.args(["--file", file]);
    }
    // A change may make a loop endless, and a busy machine is slow.
    command.args(["--minimum-test-timeout", "30", "--no-shuffle", "--colors", "never"]);
    // Each build is small, so two share the processors better than one after the other.
    command.args(["--jobs", "2"]);
    // Documentation tests are slow, and not about rules. So is fuzzing, and what it alone notices has no test that says why.
    match tests {
        Tests::BesideTheRules => {
            // For building too: the other tests need not even be linked.
            command.args(["--cargo-arg=--locked", "--cargo-arg=--lib", "--", "--"]);
            command.args(SLOW.into_iter().flat_map(|test| ["--skip", test]))
        }
        Tests::All { of } => {
            command.args(of.iter().flat_map(|change| ["--re".to_owned(), literally(change)]));
            command.args(["--", "--locked", "--lib", "--tests", "--", "--skip", FUZZING])
        }
    };
    // Its exit codes for changes that were missed, and for tests that did not end.
    run_expecting(&mut command, &format!("mutating {}", rules.package), Echo::Through, &[0, 2, 3])?;
    read_results(&folder.join("mutants.out"))
}

/// A regular expression for exactly this text. Other punctuation stays as it is: `\<` would be the beginning of a word.
fn literally(text: &str) -> String {
    let mut pattern = "^".to_owned();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('$');
    pattern
}

fn read_results(folder: &Path) -> Result<Found> {
    let lines = |name: &str| -> Result<Vec<String>> {
        let path = folder.join(name);
        let text = fs::read_to_string(&path).context(|| format!("cannot read {}", path.display()))?;
        Ok(text.lines().map(str::to_owned).collect())
    };
    Ok(Found {
        caught: lines("caught.txt")?.len() + lines("timeout.txt")?.len(),
        unviable: lines("unviable.txt")?.len(),
        missed: lines("missed.txt")?,
    })
}

/// How it went in one sentence, and what is wrong with it.
fn judge(found: &Found, accepted: &[&str], least_percent: usize) -> (String, Vec<String>) {
    let all = found.caught + found.missed.len();
    let mut sentence = format!("{} of {all} changes were caught", found.caught);
    let mut faults = Vec::new();
    if all == 0 {
        faults.push("there was nothing to change".to_owned());
    } else {
        let percent = found.caught as f64 * 100.0 / all as f64;
        sentence.push_str(&format!(", {percent:.1} %; at least {least_percent} % must be"));
        if found.caught * 100 < all * least_percent {
            faults.push(sentence.clone());
        }
    }
    sentence.push_str(&format!(" ({} did not compile)", found.unviable));
    let missed: Vec<(&String, String)> = found.missed.iter().map(|line| (line, without_place(line))).collect();
    for (line, name) in &missed {
        if !accepted.contains(&name.as_str()) {
            faults.push(format!("no test notices: {line}"));
        }
    }
    for name in accepted.iter().filter(|accepted| !missed.iter().any(|(_, name)| name == *accepted)) {
        faults.push(format!("{ACCEPTED}: a test notices this by now, or it is gone: {name}"));
    }
    (sentence, faults)
}

/// `a.rs: replace x with y` of `a.rs:12:5: replace x with y`: lines move with every edit.
fn without_place(line: &str) -> String {
    let Some((place, change)) = line.split_once(": ") else { return line.to_owned() };
    let file = place.split(':').next().unwrap_or(place);
    format!("{file}: {change}")
}

fn is_of(name: &str, file: &str) -> bool {
    name.strip_prefix(file).is_some_and(|rest| rest.starts_with(": "))
}

/// The changes that the list accepts; each must have its reason.
fn accepted(list: &str) -> Result<Vec<&str>> {
    let mut names = Vec::new();
    let mut lines = list.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).peekable();
    while let Some(name) = lines.next() {
        let mut reasons = 0;
        while lines.next_if(|line| line.starts_with(' ')).is_some() {
            reasons += 1;
        }
        if reasons == 0 || name.starts_with(' ') {
            return Err(Failure::new(format!(
                "{ACCEPTED}: a change and, below it, indented, why it may stay: `{name}`"
            )));
        }
        names.push(name);
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(caught: usize, missed: &[&str]) -> Found {
        Found { caught, unviable: 1, missed: missed.iter().map(|line| (*line).to_owned()).collect() }
    }

    #[test]
    fn a_change_is_named_by_a_pattern_that_means_nothing_else() {
        assert_eq!(literally("a.rs:1:2: replace f -> <T> with ^"), r"^a\.rs:1:2: replace f \-> <T> with \^$");
    }

    #[test]
    fn every_file_with_rules_is_there() {
        for file in RULES.iter().flat_map(|rules| rules.files) {
            assert!(tools::root().join(file).is_file(), "{file}");
        }
    }

    #[test]
    fn the_test_that_is_left_out_is_there() {
        let text = fs::read_to_string(tools::root().join("worker/tests/fuzz.rs")).expect("the tests");
        assert!(text.contains(&format!("fn {FUZZING}()")));
    }

    #[test]
    fn every_accepted_change_is_of_a_file_with_rules() {
        let list = fs::read_to_string(tools::root().join(ACCEPTED)).expect("the list");
        for name in accepted(&list).expect("each with its reason") {
            assert!(RULES.iter().flat_map(|rules| rules.files).any(|file| is_of(name, file)), "{name}");
        }
    }

    #[test]
    fn too_few_caught_or_one_missed_that_is_not_accepted_fails() {
        let line = "a.rs:12:5: replace < with <= in f";
        let faults = |caught, missed: &[&str], accepted: &[&str]| judge(&found(caught, missed), accepted, 95).1;
        assert!(faults(100, &[], &[]).is_empty());
        assert!(faults(99, &[line], &["a.rs: replace < with <= in f"]).is_empty());
        assert_eq!(faults(99, &[line], &[]), [format!("no test notices: {line}")]);
        assert_eq!(faults(18, &[line], &["a.rs: replace < with <= in f"]).len(), 1, "94.7 %");
        assert!(faults(19, &[line], &["a.rs: replace < with <= in f"]).is_empty(), "95 %");
        assert_eq!(faults(100, &[], &["a.rs: replace < with <= in f"]).len(), 1, "accepted, but noticed");
        assert_eq!(faults(0, &[], &[]).len(), 1, "nothing examined");
    }

    #[test]
    fn an_accepted_change_has_its_reason() {
        let list = "# The list.\n\na.rs: replace x with y\n    Since z.\n    And w.\nb.rs: delete !\n  Because.\n";
        assert_eq!(accepted(list).expect("two"), ["a.rs: replace x with y", "b.rs: delete !"]);
        assert!(accepted("a.rs: replace x with y\nb.rs: delete !\n  Because.\n").is_err());
        assert!(accepted("  Because.\n").is_err());
    }
}
