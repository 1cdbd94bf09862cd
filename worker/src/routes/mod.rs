//! The routes: which file answers a method and a path. One line of the table and one file each.

pub mod batches;
#[cfg(target_arch = "wasm32")]
pub mod call;
pub mod delivery;
#[cfg(target_arch = "wasm32")]
mod health;
pub mod narrow;
#[cfg(test)]
mod openapi;
pub mod pattern;
#[cfg(target_arch = "wasm32")]
pub mod query;
#[cfg(target_arch = "wasm32")]
mod read;
#[cfg(target_arch = "wasm32")]
mod send;
#[cfg(target_arch = "wasm32")]
mod token;
#[cfg(target_arch = "wasm32")]
mod token_info;

use crate::http::problem::{Problem, ProblemType};
use pattern::Parameters;

/// What calls a route's handler, where there is a runtime to run it.
macro_rules! handler {
    ($handler:path) => {{
        #[cfg(target_arch = "wasm32")]
        let handler: Handler = |call, entry| Box::pin($handler(call, entry));
        #[cfg(not(target_arch = "wasm32"))]
        let handler = Handler;
        handler
    }};
}

/// What else Maytapi has, destructive GETs among it, is not reachable: there is no pattern for a name.
static ROUTES: [Route; 32] = [
    Route::post("sendMessage", "/api/{account}/{phone}/sendMessage", handler!(send::post)),
    Route::get("ping", "/ping", handler!(health::ping)),
    Route::get("ready", "/ready", handler!(health::ready)),
    Route::post("token", "/token", handler!(token::post)),
    Route::get("tokenInfo", "/token", handler!(token_info::get)),
    Route::get("listPhones", "/api/{account}/listPhones", handler!(read::of_account)),
    Route::get("logs", "/api/{account}/logs", handler!(read::of_account)),
    Route::get("status", "/api/{account}/{phone}/status", handler!(read::of_phone)),
    Route::get("queue", "/api/{account}/{phone}/queue", handler!(read::of_phone)),
    Route::get("screen", "/api/{account}/{phone}/screen", handler!(read::of_phone)),
    Route::get("catalog", "/api/{account}/{phone}/catalog", handler!(read::of_phone)),
    Route::post("checkPhones", "/api/{account}/{phone}/checkPhones", handler!(read::of_phone)),
    Route::post("hook", "/hooks/{account}/{secret}", handler!(delivery::hook::post)),
    Route::get("message", "/api/{account}/{phone}/messages/{message}", handler!(delivery::messages::get)),
    Route::post("lookup", "/api/{account}/{phone}/messages/lookup", handler!(delivery::messages::lookup)),
    Route::get("state", "/api/{account}/{phone}/state", handler!(delivery::state::get)),
    Route::get("receiver", "/api/{account}/{phone}/webhook", handler!(delivery::webhook::get)),
    Route::put("webhook", "/api/{account}/{phone}/webhook", handler!(delivery::webhook::put)),
    Route::get("inbound", "/api/{account}/{phone}/inbox/{inbound}", handler!(delivery::inbox::get)),
    Route::get("events", "/api/{account}/{phone}/events", handler!(delivery::events::get)),
    Route::post("createBatch", "/api/{account}/{phone}/batches", handler!(batches::create::post)),
    Route::get("batches", "/api/{account}/{phone}/batches", handler!(batches::read::list)),
    Route::get("batch", "/api/{account}/{phone}/batches/{batch}", handler!(batches::read::get)),
    Route::put("piece", "/api/{account}/{phone}/batches/{batch}/pieces/{piece}", handler!(batches::pieces::put)),
    Route::post("startBatch", "/api/{account}/{phone}/batches/{batch}/start", handler!(batches::control::post)),
    Route::post("pauseBatch", "/api/{account}/{phone}/batches/{batch}/pause", handler!(batches::control::post)),
    Route::post("resumeBatch", "/api/{account}/{phone}/batches/{batch}/resume", handler!(batches::control::post)),
    Route::post("cancelBatch", "/api/{account}/{phone}/batches/{batch}/cancel", handler!(batches::control::post)),
    Route::get("results", "/api/{account}/{phone}/batches/{batch}/results", handler!(batches::results::get)),
    Route::get("optOuts", "/api/{account}/{phone}/optouts", handler!(batches::optouts::count)),
    Route::post("optOut", "/api/{account}/{phone}/optouts/lookup", handler!(batches::optouts::lookup)),
    Route::post("removeOptOut", "/api/{account}/{phone}/optouts/remove", handler!(batches::optouts::remove)),
];

#[cfg(target_arch = "wasm32")]
type Handler = for<'r> fn(
    &'r call::Call<'r>,
    &'r mut crate::http::access_log::AccessLogEntry,
) -> std::pin::Pin<Box<dyn Future<Output = Result<crate::http::reply::Reply, Problem>> + 'r>>;
/// Stands where a handler would, so that the table can be read natively.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug)]
pub struct Handler;

/// A method and a path that something answers.
#[derive(Debug)]
pub struct Route {
    /// Its name in the log.
    pub name: &'static str,
    /// What answers.
    pub handler: Handler,
    method: Method,
    pattern: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Get,
    Post,
    Put,
}

impl Route {
    const fn get(name: &'static str, pattern: &'static str, handler: Handler) -> Self {
        Route { name, handler, method: Method::Get, pattern }
    }

    const fn put(name: &'static str, pattern: &'static str, handler: Handler) -> Self {
        Route { name, handler, method: Method::Put, pattern }
    }

    const fn post(name: &'static str, pattern: &'static str, handler: Handler) -> Self {
        Route { name, handler, method: Method::Post, pattern }
    }
}

impl Method {
    /// As `Allow` has it. HEAD is GET without the body, which the runtime leaves out by itself.
    const fn names(self) -> &'static str {
        match self {
            Method::Get => "GET, HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
        }
    }
}

/// The route of a request, and what its path says.
#[derive(Clone, Copy, Debug)]
pub struct Found<'p> {
    /// The route.
    pub route: &'static Route,
    /// The parameters of its path.
    pub parameters: Parameters<'p>,
}

/// Finds the route of a request.
///
/// # Errors
/// When the path leads nowhere, or has other methods.
pub fn find<'p>(method: &str, path: &'p str) -> Result<Found<'p>, Problem> {
    let answers = |route: &Route| route.method.names().split(", ").any(|name| name == method);
    if let Some(found) = at(path).find(|found| answers(found.route)) {
        return Ok(found);
    }
    match methods(path) {
        None => {
            Err(Problem::new(ProblemType::UnknownRoute, "Messages go to POST /api/{account}/{phone_id}/sendMessage."))
        }
        Some(allow) => {
            let detail = format!("This path takes {allow}.");
            Err(Problem {
                headers: vec![("allow", allow.into())],
                ..Problem::new(ProblemType::MethodNotAllowed, detail)
            })
        }
    }
}

/// The methods of a path, for `Allow` and for preflights.
#[must_use]
pub fn methods(path: &str) -> Option<String> {
    let names: Vec<&str> = at(path).map(|found| found.route.method.names()).collect();
    (!names.is_empty()).then(|| format!("{}, OPTIONS", names.join(", ")))
}

fn at(path: &str) -> impl Iterator<Item = Found<'_>> {
    ROUTES.iter().filter_map(move |route| Some(Found { route, parameters: Parameters::of(route.pattern, path)? }))
}

#[cfg(test)]
mod tests {
    use maytapi::reads::Read;

    use super::*;

    const GET: &str = "GET, HEAD, OPTIONS";
    const POST: &str = "POST, OPTIONS";

    fn found(method: &str, path: &str) -> Result<[String; 3], ProblemType> {
        let found = find(method, path).map_err(|problem| problem.kind)?;
        let parameter = |name| found.parameters.get(name).into_owned();
        Ok([found.route.name.to_owned(), parameter("account"), parameter("phone")])
    }

    #[test]
    fn a_route_is_found_by_method_and_path() {
        assert_eq!(found("GET", "/ping"), Ok(["ping", "", ""].map(str::to_owned)));
        assert_eq!(found("HEAD", "/ready"), Ok(["ready", "", ""].map(str::to_owned)));
        assert_eq!(found("POST", "/api/main/1150/sendMessage"), Ok(["sendMessage", "main", "1150"].map(str::to_owned)));
    }

    #[test]
    fn reads_are_found_where_they_belong() {
        assert_eq!(found("GET", "/api/main/listPhones"), Ok(["listPhones", "main", ""].map(str::to_owned)));
        assert_eq!(found("HEAD", "/api/main/1150/screen"), Ok(["screen", "main", "1150"].map(str::to_owned)));
        assert_eq!(found("POST", "/api/main/1150/checkPhones"), Ok(["checkPhones", "main", "1150"].map(str::to_owned)));
        assert_eq!(found("POST", "/api/main/1150/status"), Err(ProblemType::MethodNotAllowed));
        for read in Read::ALL {
            let route = ROUTES.iter().find(|route| route.name == read.as_str());
            let route = route.unwrap_or_else(|| panic!("no route of {}", read.as_str()));
            assert_eq!(route.method == Method::Post, read.is_post(), "{}", route.name);
            assert_eq!(route.pattern.contains("{phone}"), read.is_of_phone(), "{}", route.name);
        }
    }

    #[test]
    fn another_method_is_told_which_there_are() {
        for (method, path, allow) in [
            ("POST", "/ping", GET),
            ("GET", "/api/main/1150/sendMessage", POST),
            ("HEAD", "/api/main/1150/sendMessage", POST),
            ("DELETE", "/api/main/1150/sendMessage", POST),
            ("TRACE", "/ready", GET),
        ] {
            let problem = find(method, path).unwrap_err();
            assert_eq!(
                (problem.kind, problem.headers),
                (ProblemType::MethodNotAllowed, vec![("allow", allow.into())]),
                "{method} {path}"
            );
        }
    }

    #[test]
    fn paths_that_only_look_like_one_lead_nowhere() {
        for path in [
            "",
            "/",
            "/api",
            "/api/",
            "/api/main/1150",
            "/api/main/1150/listPhones",
            "/api/main/1150/logs",
            "/api/main/status",
            "/api/main/1150/qrCode",
            "/api/main/1150/config",
            "/api/main/setWebhook",
            "/api/main/1150/clear",
            "/api/main/1150/sendmessage",
            "/api/main/1150/sendMessage/",
            "/api/main/1150/sendMessage/x",
            "/api//main/1150/sendMessage",
            "/API/main/1150/sendMessage",
            "/x/api/main/1150/sendMessage",
            "/api/main/1150/logout",
            "/api/main/1150/redeploy",
            "/api/main/1150/factoryreset",
            "/api/main/1150/purgeQueue",
            "/ping/",
            "/pingx",
        ] {
            assert_eq!(find("POST", path).unwrap_err().kind, ProblemType::UnknownRoute, "{path}");
            assert_eq!(find("GET", path).unwrap_err().kind, ProblemType::UnknownRoute, "{path}");
        }
    }
}
