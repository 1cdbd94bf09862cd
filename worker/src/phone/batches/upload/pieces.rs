//! A piece of a draft's rows, taken as a whole or not at all.

use maytapi::json::Limits;

use super::create::unsealed;
use super::piece::{DUPLICATE, Piece, rows};
use crate::auth::capability::Capability;
use crate::http::body;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::batches::asked::{Asked, found, off};
use crate::phone::batches::content::Wrong;
use crate::phone::batches::model::{Batch, RowState, State};
use crate::phone::batches::progress;
use crate::phone::batches::setup::Setup;
use crate::phone::batches::tables::items::Segment;
use crate::phone::batches::tables::rows::Piece as Stored;
use crate::phone::object::Object;
use crate::policy;

/// Up to which size of the storage it takes rows, in bytes. An object may have 10 GB, and single sends need some of it: when it is full,
/// nothing goes out any more. 100,000 rows as most are take 60 MB.
const MOST_BYTES: usize = 4_000_000_000;

/// Takes a piece, or tells what is wrong with its rows.
///
/// # Errors
/// When the batch is no draft, when pieces before it are missing, or when it came with other rows before.
pub async fn take(object: &Object, asked: &Asked<'_>) -> Result<String, Problem> {
    let ask = &asked.ask;
    let setup = Setup::of(asked.config, asked.phone).ok_or_else(off)?;
    let number: i64 = ask
        .detail
        .parse()
        .map_err(|_| Problem::new(ProblemType::InvalidQuestion, "A piece is named by its number, from 0 on."))?;
    let digest = asked.pseudonyms.of_text("piece", &ask.rest);
    let (batch, known) = place(object, asked, number, &digest)?;
    if let Some(known) = known {
        return answer(object, &batch, number, &known);
    }
    if object.store.size() > MOST_BYTES {
        let detail =
            "The phone's storage holds as much of batches as it may: wait until some rows have left, or cancel some.";
        return Err(Problem::new(ProblemType::TooManyBatches, detail));
    }
    let sealed = object.store.sealed_batch(batch.n)?.ok_or_else(unsealed)?;
    let content = setup.open_content(&batch, &sealed).await.ok_or_else(unsealed)?;
    let claim = serde_json::from_str(&ask.claim).ok();
    let capability = claim.and_then(|claim| Capability::read(&claim).ok()).ok_or_else(off)?;
    let rows = rows(body::json(ask.rest.as_bytes(), Limits::BATCH)?)?;
    let (size, most) =
        (batch.size.saturating_add(i64::try_from(rows.len()).unwrap_or(i64::MAX)), setup.policy.max_recipients);
    if size > i64::from(most) {
        let detail = format!("Policy allows {most} recipients in a batch.");
        return Err(Problem::new(ProblemType::BatchTooLarge, detail));
    }
    let rules = &setup.config.policy;
    let mut piece = Piece::check(rows, batch.size, &|row| {
        let message = content.message(rules, row)?;
        // The token that uploads may be narrower than the one that made the batch.
        policy::check(rules, &capability, &message).map_err(Wrong::NotAllowed)?;
        Ok(asked.pseudonyms.of(message.recipient()))
    });
    if !piece.faults.is_empty() && !content.skip_invalid {
        return Ok(std::mem::take(&mut piece.faults).text());
    }
    piece.skip_duplicates(object.store.known_recipients(batch.n, &piece.recipients())?);
    let mut segments = Vec::new();
    for open in piece.segments() {
        let sealed = setup.seal_rows(&batch.id, open.first_row, &open.text).await.ok_or_else(unsealed)?;
        segments.push(Segment { first_row: open.first_row, last_row: open.last_row, sealed });
    }
    // Another request may have come meanwhile.
    let (mut batch, known) = place(object, asked, number, &digest)?;
    if let Some(known) = known {
        return answer(object, &batch, number, &known);
    }
    let stored = Stored { digest, first_row: batch.size, count: piece.len() };
    batch.size = batch.size.saturating_add(stored.count);
    batch.counts.add(RowState::Skipped, piece.skipped());
    let is_told = progress::touch(object, &mut batch, object.feed.seq(), false);
    let items = piece.items();
    object.store.transaction(|| {
        object.store.add_items(batch.n, &items, &segments)?;
        object.store.add_piece(batch.n, number, &stored)?;
        object.store.write_batch(&batch)
    })?;
    if is_told {
        progress::tell(object, &[&batch]);
    }
    answer(object, &batch, number, &stored)
}

/// The batch that a piece is for, and the piece where it is there already.
fn place(object: &Object, asked: &Asked<'_>, number: i64, digest: &str) -> Result<(Batch, Option<Stored>), Problem> {
    let batch = found(object, asked)?;
    if let Some(known) = object.store.piece(batch.n, number)? {
        if known.digest == digest {
            return Ok((batch, Some(known)));
        }
        let detail = "This piece came with other rows before; make a new batch for other rows.";
        return Err(Problem::new(ProblemType::PieceConflict, detail));
    }
    if batch.state != State::Draft {
        return Err(Problem::new(ProblemType::BatchState, "Only a draft takes pieces."));
    }
    let next = object.store.pieces(batch.n)?;
    if number != next {
        let detail = format!("Pieces come one after the other; the next is {next}.");
        return Err(Problem::new(ProblemType::PieceMissing, detail));
    }
    Ok((batch, None))
}

fn answer(object: &Object, batch: &Batch, number: i64, piece: &Stored) -> Result<String, Problem> {
    let last_row = piece.first_row.saturating_add(piece.count).saturating_sub(1);
    let skipped = object.store.skipped_at_upload(batch.n, piece.first_row, last_row)?;
    let (duplicates, invalid): (Vec<_>, Vec<_>) = skipped.iter().partition(|(_, code)| code == DUPLICATE);
    let duplicates: Vec<String> = duplicates.iter().map(|(row, _)| row.to_string()).collect();
    Ok(format!(
        r#"{{"piece":{number},"rows":{},"duplicates":[{}],"invalid":{}}}"#,
        piece.count,
        duplicates.join(","),
        invalid.len()
    ))
}
