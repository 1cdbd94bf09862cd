//! Running other programs: their output kept or passed on, a sign of life while they are silent, failures that show what was said.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Why a task could not be done: a sentence, what the failing program printed, and what a person can do about it.
#[derive(Debug)]
pub struct Failure {
    what: String,
    output: String,
    by_hand: String,
}

pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), output: String::new(), by_hand: String::new() }
    }

    pub fn with_output(mut self, output: &str) -> Self {
        self.output = last_lines(output, 60);
        self
    }

    /// Says in front what was being done.
    pub fn within(mut self, what: &str) -> Self {
        self.what = format!("{what}: {}", self.what);
        self
    }

    /// Adds something that explains the failure.
    pub fn with_note(mut self, note: &str) -> Self {
        self.what = format!("{}\n{note}", self.what);
        self
    }

    pub fn by_hand(mut self, advice: impl Into<String>) -> Self {
        self.by_hand = advice.into();
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if !self.output.is_empty() {
            write!(f, "\n--- what it printed last ---\n{}\n---", self.output)?;
        }
        if !self.by_hand.is_empty() {
            write!(f, "\nBy hand: {}", self.by_hand)?;
        }
        Ok(())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Adds what was being done to an error of the file system.
pub trait Context<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for std::io::Result<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", what())))
    }
}

/// Whether what a program prints is shown as it comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// Kept for the failure report; a line now and then says that the program still runs.
    Quiet,
    /// Passed on as well; the sign of life comes only after a silence.
    Through,
}

/// How long a program may be silent before a line says that it still runs.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Runs `command` to its end and returns what it printed (both streams, in the order they came).
pub fn run(command: &mut Command, doing: &str, echo: Echo) -> Result<String> {
    run_expecting(command, doing, echo, &[0])
}

/// As [`run`], for a program that also ends well with other exit codes than 0.
pub fn run_expecting(command: &mut Command, doing: &str, echo: Echo, codes: &[i32]) -> Result<String> {
    let (status, output) = run_to_end(command, doing, echo)?;
    if status.code().is_some_and(|code| codes.contains(&code)) {
        return Ok(output);
    }
    Err(Failure::new(format!("{doing}: `{}` ended with {status}", spelled(command))).with_output(&output))
}

/// Runs `command` quietly and tells only whether it succeeded; a program that is not there did not.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What `command` writes to its standard output, trimmed; `None` when it is not there or fails.
pub fn stdout_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn run_to_end(command: &mut Command, doing: &str, echo: Echo) -> Result<(ExitStatus, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Failure::new(format!("{doing}: cannot start `{}`: {error}", spelled(command))))?;
    let (sender, chunks) = mpsc::channel::<Vec<u8>>();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender);
    }

    let started = Instant::now();
    let mut next_sign = started + SIGN_OF_LIFE;
    let mut output = Vec::new();
    let status = loop {
        match chunks.recv_timeout(Duration::from_millis(200)) {
            Ok(chunk) => {
                if echo == Echo::Through {
                    let mut stdout = std::io::stdout().lock();
                    stdout.write_all(&chunk)?;
                    stdout.flush()?;
                    next_sign = Instant::now() + SIGN_OF_LIFE;
                }
                output.extend_from_slice(&chunk);
            }
            Err(RecvTimeoutError::Disconnected) => break child.wait()?,
            // A grandchild that outlives the program may hold the pipe open for ever: the program's own end is what counts.
            Err(RecvTimeoutError::Timeout) => {
                if let Some(status) = child.try_wait()? {
                    break status;
                }
            }
        }
        if Instant::now() >= next_sign {
            let last = last_lines(&String::from_utf8_lossy(&output), 1);
            println!("  ... {doing}, {} s so far: {}", started.elapsed().as_secs(), shortened(last.trim(), 90));
            next_sign += SIGN_OF_LIFE;
        }
    };
    Ok((status, String::from_utf8_lossy(&output).into_owned()))
}

/// Line by line: a harness writes its lines in pieces, and what comes on the other stream meanwhile would stand in the middle of one.
fn forward(from: impl Read + Send + 'static, to: mpsc::Sender<Vec<u8>>) {
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while let Ok(1..) = from.read_until(b'\n', &mut line) {
            if to.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
    });
}

fn spelled(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn shortened(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_are_kept() {
        let output = run(&mut shell("echo out; echo err >&2"), "printing", Echo::Quiet).expect("sh ends with 0");
        assert!(output.contains("out") && output.contains("err"), "{output}");
    }

    #[test]
    fn lines_of_the_two_streams_stay_whole() {
        let script = "printf 'test result: ok'; sleep 0.3; echo noise >&2; sleep 0.3; echo '. 3 passed'";
        let output = run(&mut shell(script), "printing", Echo::Quiet).expect("sh ends with 0");
        assert!(output.contains("test result: ok. 3 passed\n") && output.contains("noise\n"), "{output}");
    }

    #[test]
    fn a_failure_says_what_ran_and_what_it_printed() {
        let failure = run(&mut shell("echo the reason; exit 3"), "failing", Echo::Quiet).expect_err("sh ends with 3");
        let report = failure.by_hand("do this").to_string();
        for part in ["failing", "exit status: 3", "the reason", "By hand: do this"] {
            assert!(report.contains(part), "{part} is missing in {report}");
        }
    }

    #[test]
    fn only_the_expected_exit_codes_end_well() {
        assert!(run_expecting(&mut shell("exit 3"), "ending with 3", Echo::Quiet, &[0, 3]).is_ok());
        assert!(run_expecting(&mut shell("exit 4"), "ending with 4", Echo::Quiet, &[0, 3]).is_err());
        assert!(run_expecting(&mut shell("exit 0"), "ending with 0", Echo::Quiet, &[3]).is_err());
    }

    #[test]
    fn a_grandchild_that_keeps_the_pipe_does_not_hold_us_up() {
        let started = Instant::now();
        run(&mut shell("sleep 5 & echo done"), "leaving a child behind", Echo::Quiet).expect("sh ends with 0");
        assert!(started.elapsed() < Duration::from_secs(4));
    }

    #[test]
    fn only_the_end_of_a_long_output_is_shown() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a", 2), "a");
        assert_eq!(last_lines("", 2), "");
    }
}
