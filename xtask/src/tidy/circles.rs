//! *Modules form no circles*: who wants to understand a module needs to read what it builds on, never what builds on it.
//!
//! A module is a file. It uses another when it names something that the other defines, by `use` or by a path in its code; names
//! are followed through re-exports to the file that defines them. So neither `mod child;` nor `pub use child::Thing;` makes a parent
//! depend on its child, and `use super::Thing;` is a use of the parent only where the parent defines `Thing` itself. But a parent that
//! calls its child while the child uses what the parent defines is a circle of two: what both need belongs into a file of its own.
//! Tests may use anything. Uses that show no name (a method of a value that was handed in) or stand in a string are not seen.

use std::collections::{BTreeMap, VecDeque};

use super::paths::{Act, File, ModulePath, Path, Scope, read};

/// One sentence for each circle; every file that is part of one is named in at least one. `sources` are the paths and texts of the
/// files below the crate's `src`, whose path ends with a slash.
pub fn circles(src: &str, sources: &[(String, String)]) -> Vec<String> {
    let uses = uses(src, sources);
    let mut told: Vec<&str> = Vec::new();
    let mut sentences = Vec::new();
    for start in uses.keys() {
        if told.contains(&start.as_str()) {
            continue;
        }
        let Some(circle) = shortest_circle(&uses, start) else { continue };
        let mut steps = circle.iter().zip(circle.iter().skip(1)).map(|(from, to)| {
            let line = uses.get(*from).and_then(|targets| targets.get(*to)).copied().unwrap_or_default();
            format!("{from}:{line} uses {to}")
        });
        sentences.push(format!("a circle of modules: {}", steps.by_ref().collect::<Vec<_>>().join(", ")));
        told.extend(circle);
    }
    sentences
}

/// By file: the files that it uses, each with the line of the first use.
type Uses = BTreeMap<String, BTreeMap<String, usize>>;

fn uses(src: &str, sources: &[(String, String)]) -> Uses {
    let mut files: BTreeMap<&str, File> = BTreeMap::new();
    for (path, text) in sources {
        files.insert(path, read(&module_of(src, path), text));
    }
    let tests: Vec<ModulePath> = files.values().flat_map(|file| file.test_modules.iter().cloned()).collect();
    files.retain(|path, _| !tests.iter().any(|test| module_of(src, path).starts_with(test)));

    let names = Names::of(&files);
    let mut uses = Uses::new();
    for (path, file) in &files {
        for (act, used, line) in &file.acts {
            let target = match (names.find(used), act) {
                (Some(Found::Item(target)), _) | (Some(Found::Module(_, target)), Act::UseAll) => target,
                // The name of a module alone: what is used of it is named in longer paths.
                (Some(Found::Module(..)), Act::Use) | (None, _) => continue,
            };
            if target != *path {
                uses.entry((*path).to_owned()).or_default().entry(target.to_owned()).or_insert(*line);
            }
        }
    }
    uses
}

/// `client::retry` of `src/client/retry.rs`, and the root of `src/lib.rs` or `src/main.rs`.
fn module_of(src: &str, path: &str) -> ModulePath {
    let inner = path.strip_prefix(src).unwrap_or(path).trim_end_matches(".rs");
    let inner = inner.strip_suffix("/mod").unwrap_or(inner);
    if ["lib", "main"].contains(&inner) { Vec::new() } else { inner.split('/').map(str::to_owned).collect() }
}

/// All modules of a crate with their names.
struct Names<'a>(BTreeMap<&'a ModulePath, (&'a str, &'a Scope)>);

enum Found<'a> {
    Module(ModulePath, &'a str),
    /// Something in this file.
    Item(&'a str),
}

impl<'a> Names<'a> {
    fn of(files: &'a BTreeMap<&'a str, File>) -> Self {
        let scopes =
            files.iter().flat_map(|(path, file)| file.scopes.iter().map(|(module, scope)| (module, (*path, scope))));
        Self(scopes.collect())
    }

    /// Where the path leads; nothing where it leads out of the crate.
    fn find(&self, path: &Path) -> Option<Found<'a>> {
        self.follow(path, 0)
    }

    fn follow(&self, path: &Path, steps: usize) -> Option<Found<'a>> {
        // `use worker::worker;` of another crate would lead to itself for ever.
        const MOST_STEPS: usize = 32;
        if steps > MOST_STEPS {
            return None;
        }
        let mut module = path.from.clone();
        let mut certain = path.anchored;
        let mut rest = path.segments.as_slice();
        loop {
            let (file, scope) = *self.0.get(&module)?;
            let Some((name, further)) = rest.split_first() else { return Some(Found::Module(module, file)) };
            let child: ModulePath = module.iter().chain([name]).cloned().collect();
            if self.0.contains_key(&child) {
                (module, rest, certain) = (child, further, true);
                continue;
            }
            if scope.defines.contains(name) {
                return Some(Found::Item(file));
            }
            if let Some(import) = scope.imports.get(name) {
                let segments = import.segments.iter().chain(further).cloned().collect();
                return self.follow(&Path { segments, ..import.clone() }, steps + 1);
            }
            for glob in &scope.globs {
                if let Some(Found::Module(from, _)) = self.follow(glob, steps + 1)
                    && from != module
                    && let found @ Some(_) =
                        self.follow(&Path { from, segments: rest.to_vec(), anchored: false }, steps + 1)
                {
                    return found;
                }
            }
            // A name that a macro makes is the file's whose path was given.
            return certain.then_some(Found::Item(file));
        }
    }
}

/// The files from `start` back to it by the fewest uses, `start` at both ends.
fn shortest_circle<'a>(uses: &'a Uses, start: &'a str) -> Option<Vec<&'a str>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for next in uses.get(file).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                let mut circle = vec![start, file];
                while let Some(before) = circle.last().and_then(|last| came_from.get(last)) {
                    circle.push(before);
                }
                circle.reverse();
                // A file never uses itself, so `file` is another one and the way back began at `start`.
                return Some(circle);
            }
            if !came_from.contains_key(next.as_str()) {
                came_from.insert(next, file);
                queue.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<(String, String)> =
            files.iter().map(|(path, text)| (format!("src/{path}"), (*text).to_owned())).collect();
        circles("src/", &sources)
    }

    #[test]
    fn modules_that_use_each_other_are_named_with_the_lines() {
        let found = circles_of(&[
            ("lib.rs", "mod a;\nmod b;\nmod c;"),
            ("a.rs", "use crate::b::B;\npub struct A(B);"),
            ("b.rs", "use crate::c;\npub struct B(c::C);"),
            ("c.rs", "pub struct C;\nfn f() { crate::a::g() }"),
        ]);
        assert_eq!(
            found,
            ["a circle of modules: src/a.rs:1 uses src/b.rs, src/b.rs:2 uses src/c.rs, src/c.rs:2 uses src/a.rs"]
        );
    }

    #[test]
    fn a_way_down_is_no_circle() {
        let found = circles_of(&[
            ("main.rs", "mod a;\nmod b;\nuse a::A;\nfn main() { b::run(A) }"),
            ("a.rs", "pub struct A;"),
            ("b.rs", "use crate::a::A;\npub fn run(_: A) {}"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_parent_may_declare_and_re_export_what_its_children_share() {
        let found = circles_of(&[
            ("lib.rs", "pub mod a;"),
            ("a/mod.rs", "mod one;\nmod two;\npub use one::One;\npub use two::*;"),
            ("a/one.rs", "use super::Two;\npub struct One(Two);"),
            ("a/two.rs", "pub struct Two;\npub fn f() {}"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_re_export_is_followed_to_the_file_that_defines_the_name() {
        let found = circles_of(&[
            ("lib.rs", "mod a;\nmod b;"),
            ("a/mod.rs", "mod inner;\npub use inner::A;"),
            ("a/inner.rs", "pub struct A(crate::b::B);"),
            ("b.rs", "use crate::a::A;\npub struct B(Option<Box<A>>);"),
        ]);
        assert_eq!(found, ["a circle of modules: src/a/inner.rs:1 uses src/b.rs, src/b.rs:1 uses src/a/inner.rs"]);
    }

    #[test]
    fn a_child_that_uses_its_parents_items_while_the_parent_uses_its_is_a_circle() {
        let child = ("a/child.rs", "use super::Shared;\npub fn f(_: Shared) {}");
        let found = circles_of(&[
            ("lib.rs", "mod a;"),
            ("a.rs", "mod child;\npub struct Shared;\nfn g() { child::f(Shared) }"),
            child,
        ]);
        assert_eq!(found, ["a circle of modules: src/a.rs:3 uses src/a/child.rs, src/a/child.rs:1 uses src/a.rs"]);
        let found =
            circles_of(&[("lib.rs", "mod a;"), ("a.rs", "mod child;\npub use child::f;\npub struct Shared;"), child]);
        assert!(found.is_empty(), "{found:?}");
        let glob = ("a/child.rs", "use super::*;\npub fn f(_: Shared) {}");
        let found = circles_of(&[
            ("lib.rs", "mod a;"),
            ("a.rs", "mod child;\npub struct Shared;\nfn g() { child::f(Shared) }"),
            glob,
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn tests_may_use_anything() {
        let found = circles_of(&[
            ("lib.rs", "mod a;\nmod b;"),
            ("a.rs", "use crate::b::B;\npub struct A(B);"),
            ("b/mod.rs", "pub struct B;\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod more { use crate::a::A; }"),
            ("b/tests.rs", "use crate::a::A;\nuse super::B;"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn names_of_other_crates_lead_nowhere() {
        let found = circles_of(&[
            ("lib.rs", "mod fmt;\nmod worker;"),
            ("fmt.rs", "use std::fmt;\nuse ::worker::Env;\nimpl fmt::Display for X {}\nfn f() { ::worker::g() }"),
            ("worker.rs", "use crate::fmt::X;\nuse other::other;\nfn f() { other::f() }"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }
}
