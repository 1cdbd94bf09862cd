//! All of a request but its body, read from the runtime once.

/// Method, address, and the headers that matter here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// Scheme, host and port that the request went to.
    pub own_origin: &'a str,
    /// The path, without query.
    pub path: &'a str,
    /// The query, without its question mark.
    pub query: &'a str,
    /// A new id, which the caller is told.
    pub request_id: &'a str,
    /// `Origin`
    pub origin: Option<&'a str>,
    /// `Authorization`
    pub authorization: Option<&'a str>,
    /// `X-Maytapi-Key`
    pub maytapi_key: Option<&'a str>,
    /// `Content-Type`
    pub content_type: Option<&'a str>,
    /// `Content-Length`
    pub content_length: Option<&'a str>,
    /// `Content-Encoding`
    pub content_encoding: Option<&'a str>,
    /// `Idempotency-Key`
    pub idempotency_key: Option<&'a str>,
    /// `Cf-Access-Jwt-Assertion`, which Cloudflare Access adds.
    pub access_token: Option<&'a str>,
    /// `Cf-Connecting-Ip`: whom Cloudflare talks to.
    pub address: Option<&'a str>,
}

impl<'a> Head<'a> {
    /// Takes the lines of the runtime's text apart.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let mut lines = text.split('\n');
        let mut line = || lines.next().unwrap_or_default();
        let method = line();
        let (own_origin, path, query) = address(line());
        let request_id = line();
        let mut header = || Some(line()).filter(|value| *value != "\0");
        Head {
            method,
            own_origin,
            path,
            query,
            request_id,
            origin: header(),
            authorization: header(),
            maytapi_key: header(),
            content_type: header(),
            content_length: header(),
            content_encoding: header(),
            idempotency_key: header(),
            access_token: header(),
            address: header(),
        }
    }

    /// A value of the query, as it stands there: what is asked for here needs no escapes.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&'a str> {
        let value = |part: &'a str| part.split_once('=').filter(|(known, _)| *known == name);
        self.query.split('&').find_map(value).map(|(_, value)| value)
    }
}

/// Origin, path and query of an absolute URL, as the runtime writes it.
fn address(url: &str) -> (&str, &str, &str) {
    let host_at = url.find("://").map_or(0, |at| at.saturating_add(3));
    let path_at = url.get(host_at..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host_at.saturating_add(at));
    let (origin, rest) = url.split_at_checked(path_at).unwrap_or((url, ""));
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    (origin, path, query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_fields_and_nul_means_absent() {
        let text = "POST\nhttp://127.0.0.1:8787/api/main/1?x=/y#z\nid-1\nhttps://app.example\nBearer t\n\0\n\n12\n\0\nk\n\0\n\0";
        let head = Head::parse(text);
        assert_eq!((head.method, head.own_origin, head.path), ("POST", "http://127.0.0.1:8787", "/api/main/1"));
        assert_eq!((head.query, head.query_value("x"), head.query_value("y")), ("x=/y", Some("/y"), None));
        assert_eq!((head.origin, head.authorization), (Some("https://app.example"), Some("Bearer t")));
        assert_eq!((head.maytapi_key, head.content_type, head.content_length), (None, Some(""), Some("12")));
        assert_eq!((head.content_encoding, head.idempotency_key, head.access_token), (None, Some("k"), None));
    }
}
