//! What one Rust file defines, imports and names by path, read from its tokens. What is compiled for tests alone is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Kind, Token, tokens};

/// A module's place in its crate: `["client", "retry"]`; the root is empty.
pub type ModulePath = Vec<String>;

/// A path as it stands in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The module that the segments start from.
    pub from: ModulePath,
    pub segments: Vec<String>,
    /// Whether it began with `crate`, `self` or `super`. Otherwise its first name is whatever is in scope, or another crate.
    pub anchored: bool,
}

/// The names of one module, be it a file or a `mod name { … }` in one.
#[derive(Debug, Default)]
pub struct Scope {
    pub defines: BTreeSet<String>,
    /// Names that `use` brings in.
    pub imports: BTreeMap<String, Path>,
    /// Modules of which `use …::*` brings all in.
    pub globs: Vec<Path>,
}

/// What a file does with a path.
#[derive(Debug, PartialEq, Eq)]
pub enum Act {
    /// Names it in its code, or imports it for itself.
    Use,
    /// Imports all of it for itself.
    UseAll,
}

#[derive(Debug, Default)]
pub struct File {
    /// By module: the file's own, and those within it.
    pub scopes: BTreeMap<ModulePath, Scope>,
    pub acts: Vec<(Act, Path, usize)>,
    /// Modules in files of their own that are compiled for tests alone.
    pub test_modules: Vec<ModulePath>,
}

/// Reads the file of `module`.
pub fn read(module: &ModulePath, source: &str) -> File {
    let mut reader = Reader {
        tokens: tokens(source),
        at: 0,
        depth: 0,
        modules: vec![(module.clone(), 0)],
        exported: Vec::new(),
        bare: BTreeSet::new(),
        file: File::default(),
    };
    reader.file.scopes.insert(module.clone(), Scope::default());
    while reader.at < reader.tokens.len() {
        reader.item();
    }
    let Reader { mut file, exported, bare, .. } = reader;
    // What is re-exported and used here as well.
    file.acts.extend(
        exported.into_iter().filter(|(name, ..)| bare.contains(name)).map(|(_, path, line)| (Act::Use, path, line)),
    );
    file
}

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    /// Of braces.
    depth: usize,
    /// The modules around this place, each with the depth of its items.
    modules: Vec<(ModulePath, usize)>,
    /// The names that `pub use` brings in.
    exported: Vec<(String, Path, usize)>,
    /// Names that stand alone in the code.
    bare: BTreeSet<String>,
    file: File,
}

impl<'a> Reader<'a> {
    fn kind(&self, ahead: usize) -> Option<Kind<'a>> {
        self.tokens.get(self.at + ahead).map(|token| token.kind)
    }

    fn name(&self, ahead: usize) -> Option<&'a str> {
        if let Some(Kind::Name(name)) = self.kind(ahead) { Some(name) } else { None }
    }

    fn module(&self) -> &ModulePath {
        static ROOT: ModulePath = Vec::new();
        self.modules.last().map_or(&ROOT, |(module, _)| module)
    }

    fn scope(&mut self) -> &mut Scope {
        let module = self.module().clone();
        self.file.scopes.entry(module).or_default()
    }

    /// Whether items here are those of a module, not of a function or an impl.
    fn at_module_level(&self) -> bool {
        self.modules.last().is_some_and(|(_, depth)| *depth == self.depth)
    }

    /// Reads on from here, by at least one token.
    fn item(&mut self) {
        match self.kind(0) {
            Some(Kind::Mark('#')) if self.skip_test_item() => {}
            Some(Kind::Name("pub")) => {
                self.at += 1;
                let restricted = self.kind(0) == Some(Kind::Mark('('))
                    && matches!(self.name(1), Some("crate" | "self" | "super" | "in"));
                if restricted {
                    self.skip_group();
                }
                if self.name(0) == Some("use") {
                    self.import(true);
                }
            }
            Some(Kind::Name("use")) => self.import(false),
            Some(Kind::Name("mod")) => self.open_module(),
            Some(Kind::Name(name)) => {
                if self.at_module_level() {
                    self.definition(name);
                }
                self.path();
            }
            Some(Kind::Mark('{')) => {
                self.depth += 1;
                self.at += 1;
            }
            Some(Kind::Mark('}')) => {
                if self.modules.len() > 1 && self.at_module_level() {
                    self.modules.pop();
                }
                self.depth = self.depth.saturating_sub(1);
                self.at += 1;
            }
            _ => self.at += 1,
        }
    }

    /// Steps over an item under `#[cfg(test)]` or the like; false where this is another attribute.
    fn skip_test_item(&mut self) -> bool {
        let start = self.at;
        if self.kind(1) != Some(Kind::Mark('[')) || self.name(2) != Some("cfg") {
            return false;
        }
        self.at += 1;
        let attribute = self.at;
        self.skip_group();
        let has = |word| self.tokens[attribute..self.at].iter().any(|token| token.kind == Kind::Name(word));
        if !has("test") || has("not") {
            self.at = start;
            return false;
        }
        let mut depth = 0;
        while let Some(kind) = self.kind(0) {
            if depth == 0
                && let (Kind::Name("mod"), Some(name), Some(Kind::Mark(';'))) = (kind, self.name(1), self.kind(2))
            {
                let child = child(self.module(), name);
                self.file.test_modules.push(child);
            }
            self.at += 1;
            match kind {
                Kind::Mark('{' | '(' | '[') => depth += 1,
                Kind::Mark(')' | ']') => depth -= 1,
                Kind::Mark('}') if depth == 1 => break,
                Kind::Mark('}') => depth -= 1,
                Kind::Mark(';') if depth == 0 => break,
                _ => {}
            }
        }
        true
    }

    /// Steps over the brackets that open here, with all in them.
    fn skip_group(&mut self) {
        let mut depth = 0;
        while let Some(kind) = self.kind(0) {
            self.at += 1;
            match kind {
                Kind::Mark('(' | '[' | '{') => depth += 1,
                Kind::Mark(')' | ']' | '}') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn open_module(&mut self) {
        if let (Some(name), Some(Kind::Mark('{'))) = (self.name(1), self.kind(2)) {
            self.depth += 1;
            let module = child(self.module(), name);
            self.file.scopes.entry(module.clone()).or_default();
            self.modules.push((module, self.depth));
            self.at += 3;
        } else {
            self.at += 2;
        }
    }

    fn definition(&mut self, keyword: &str) {
        let name = match keyword {
            "fn" | "struct" | "enum" | "union" | "trait" | "type" | "static" | "const" => self.name(1),
            "macro_rules" => self.name(2),
            _ => None,
        };
        if let Some(name) = name.filter(|name| !["fn", "unsafe", "async", "extern", "mut"].contains(name)) {
            self.scope().defines.insert(name.to_owned());
        }
    }

    /// A name by itself or a path, in code.
    fn path(&mut self) {
        let line = self.tokens[self.at].line;
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|token| token.kind);
        let mut segments = Vec::new();
        while let Some(name) = self.name(0) {
            segments.push(name.to_owned());
            self.at += 1;
            if self.kind(0) != Some(Kind::Colons) || self.name(1).is_none() {
                break;
            }
            self.at += 1;
        }
        match (before, segments.as_slice()) {
            // The end of a longer path, a member, the name of what is being defined.
            (Some(Kind::Colons | Kind::Mark('.') | Kind::Name("fn")), _) => {}
            (_, [name]) => {
                self.bare.insert(name.clone());
            }
            _ => {
                if let Some(path) = anchored(self.module(), segments) {
                    self.file.acts.push((Act::Use, path, line));
                }
            }
        }
    }

    fn import(&mut self, exported: bool) {
        self.at += 1;
        self.import_tree(&[], exported);
        if self.kind(0) == Some(Kind::Mark(';')) {
            self.at += 1;
        }
    }

    fn import_tree(&mut self, prefix: &[String], exported: bool) {
        let mut segments = prefix.to_vec();
        // `::name` is another crate's.
        let foreign = segments.is_empty() && self.kind(0) == Some(Kind::Colons);
        loop {
            let line = self.tokens.get(self.at).map_or(0, |token| token.line);
            match self.kind(0) {
                Some(Kind::Name(name)) => {
                    self.at += 1;
                    // `self` within braces is the module before them.
                    if name != "self" || segments.is_empty() {
                        segments.push(name.to_owned());
                    }
                    if self.kind(0) == Some(Kind::Colons) {
                        continue;
                    }
                    let mut alias = segments.last().cloned().unwrap_or_default();
                    if self.name(0) == Some("as") {
                        alias = self.name(1).unwrap_or("_").to_owned();
                        self.at += 2;
                    }
                    if let Some(path) = anchored(self.module(), segments).filter(|_| !foreign) {
                        self.scope().imports.insert(alias.clone(), path.clone());
                        if exported {
                            self.exported.push((alias, path, line));
                        } else {
                            self.file.acts.push((Act::Use, path, line));
                        }
                    }
                    return;
                }
                Some(Kind::Colons) => self.at += 1,
                Some(Kind::Mark('*')) => {
                    self.at += 1;
                    if let Some(path) = anchored(self.module(), segments).filter(|_| !foreign) {
                        self.scope().globs.push(path.clone());
                        if !exported {
                            self.file.acts.push((Act::UseAll, path, line));
                        }
                    }
                    return;
                }
                Some(Kind::Mark('{')) => {
                    self.at += 1;
                    while !matches!(self.kind(0), None | Some(Kind::Mark('}'))) {
                        let before = self.at;
                        if !foreign {
                            self.import_tree(&segments, exported);
                        }
                        if self.kind(0) == Some(Kind::Mark(',')) || self.at == before {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                _ => return,
            }
        }
    }
}

fn child(module: &ModulePath, name: &str) -> ModulePath {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

/// The path with its `crate`, `self` and `super` turned into where they lead; nothing where there is no such place.
fn anchored(module: &ModulePath, segments: Vec<String>) -> Option<Path> {
    let mut from = module.clone();
    let mut anchored = false;
    let mut rest = segments.into_iter().peekable();
    while let Some(word) = rest.next_if(|word| ["crate", "self", "super"].contains(&word.as_str())) {
        match word.as_str() {
            "crate" => from.clear(),
            "super" => drop(from.pop()?),
            _ => {}
        }
        anchored = true;
    }
    Some(Path { from, segments: rest.collect(), anchored })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(source: &str) -> Vec<String> {
        read(&vec!["a".to_owned(), "b".to_owned()], source)
            .acts
            .into_iter()
            .map(|(_, path, _)| {
                let segments = path.from.into_iter().filter(|_| path.anchored).chain(path.segments);
                segments.collect::<Vec<_>>().join("::")
            })
            .collect()
    }

    #[test]
    fn paths_are_read_from_imports_and_from_code() {
        assert_eq!(used("use crate::c::{self, D, e::{F, G as H}};"), ["c", "c::D", "c::e::F", "c::e::G"]);
        assert_eq!(used("use super::x; fn f() { self::y::z(); super::super::w::<u8>() }"), ["a::x", "a::b::y::z", "w"]);
        assert_eq!(used("fn f(x: crate::c::D) -> Vec<crate::e::F> {}"), ["c::D", "e::F"]);
        assert_eq!(used("mod m { use super::x; }"), ["a::b::x"]);
    }

    #[test]
    fn what_is_only_for_tests_or_only_passed_on_is_no_use() {
        assert!(used("#[cfg(test)]\nmod tests { use crate::c::D; }").is_empty());
        assert!(used("#[cfg(all(test, unix))]\nuse crate::c::{D, E};").is_empty());
        assert_eq!(used("#[cfg(not(test))]\nuse crate::c::D;"), ["c::D"]);
        assert!(used("pub use crate::c::D;\npub(crate) use crate::e::*;").is_empty());
        assert_eq!(used("pub use crate::c::D; fn f(d: D) {}"), ["c::D"]);
        assert!(used("pub(in crate::c::d) fn f() {} // crate::e::f").is_empty());
    }
}
