//! *No folder has more than a dozen files of source side by side*: past that a listing no longer says what belongs where.

use std::collections::BTreeMap;

const MOST_FILES: usize = 12;

/// By folder, the number of sources in it where that is too many. Tests lie side by side as they please.
pub fn crowded<'a>(sources: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut folders = BTreeMap::new();
    for path in sources.filter(|path| !is_test(path)) {
        let (folder, _) = path.rsplit_once('/').unwrap_or_default();
        *folders.entry(folder).or_default() += 1;
    }
    folders.retain(|_, count| *count > MOST_FILES);
    folders
}

fn is_test(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    file == "tests.rs" || file.contains(".test.") || parts.any(|folder| folder == "tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &str, count: usize) -> Vec<String> {
        (0..count).map(|number| format!("{folder}/{number}.rs")).collect()
    }

    #[test]
    fn a_dozen_files_are_enough_and_tests_do_not_count() {
        let all =
            [files("a", 12), files("b", 13), files("b/c", 1), files("tests/d", 20), files("e/tests", 20)].concat();
        let found = crowded(all.iter().map(String::as_str));
        assert_eq!(found, BTreeMap::from([("b", 13)]));
        let all = [files("a", 12), vec!["a/tests.rs".to_owned(), "a/x.test.mjs".to_owned()]].concat();
        assert!(crowded(all.iter().map(String::as_str)).is_empty());
    }
}
