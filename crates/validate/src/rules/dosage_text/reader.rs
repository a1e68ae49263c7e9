//! The facts that a dosage text states, found by the ways in which they are usually written.
//!
//! Invariants:
//! - A phrase that is not understood gives no statement; nothing is guessed from a number alone.
//! - The work grows with the length of the text and not faster.

use std::collections::HashSet;

use super::statement::{DAY, Fraction, Sort, Statement, frequency_word, is_counted, time_unit, unit};
use super::words::{MILLION, Token, tokens};

/// The most statements that are taken of one text. No instruction states more.
const MOST_STATEMENTS: usize = 100;

/// What a text says.
#[derive(Default)]
pub struct Said {
    statements: Vec<Statement>,
    /// Words and times of the day that are in no statement and carry meaning.
    words: HashSet<Token>,
}

impl Said {
    /// Reads a text.
    pub fn of(text: &str) -> Said {
        let tokens = tokens(text);
        let mut reader =
            Reader { rest: &tokens, said: Said::default(), is_limited: false, is_rate: false, counted: None };
        while let Some((first, rest)) = reader.rest.split_first() {
            if !reader.statement() {
                reader.pass(first);
                reader.rest = rest;
            }
        }
        reader.said.on_weekdays()
    }

    /// The names of the sorts of which both sides state something, and in nothing that they state agree.
    pub fn contradicted_by(&self, other: &Said) -> Vec<&'static str> {
        let mut names = Vec::new();
        for Statement { sort, .. } in &self.statements {
            let of_sort =
                |said: &Said| said.statements.iter().filter(|one| one.sort == *sort).copied().collect::<Vec<_>>();
            let (ours, theirs) = (of_sort(self), of_sort(other));
            let agree = ours.iter().any(|our| theirs.iter().any(|their| our.agrees_with(their)));
            if !theirs.is_empty() && !agree && !names.contains(&sort.name()) {
                names.push(sort.name());
            }
        }
        names
    }

    /// Whether each statement and each word of the other stands here too. One way to say how often is enough.
    pub fn says_all_of(&self, other: &Said) -> bool {
        let states = |theirs: &Statement| self.statements.iter().any(|ours| ours.agrees_with(theirs));
        let (often, others): (Vec<_>, Vec<_>) = other.statements.iter().partition(|one| one.sort == Sort::Frequency);
        let is_told = |theirs: &Statement| states(theirs) || self.tells_of_one_a_day(theirs);
        (often.is_empty() || often.into_iter().any(is_told))
            && others.into_iter().all(states)
            && other.words.is_subset(&self.words)
    }

    /// A text that names a part of the day, and no frequency, means once a day.
    fn tells_of_one_a_day(&self, theirs: &Statement) -> bool {
        const PARTS: [&str; 8] = ["morning", "afternoon", "evening", "night", "breakfast", "lunch", "dinner", "waking"];
        let names_part = || self.words.iter().any(|word| matches!(word, Token::Time(_)) || word.is_one_of(&PARTS));
        let once = Some(Fraction(1, DAY));
        let daily = Statement { sort: Sort::Frequency, low: once, high: once, is_calendar: false };
        daily.agrees_with(theirs) && self.statements.iter().all(|one| one.sort != Sort::Frequency) && names_part()
    }

    /// Once a day on two days of the week is twice a week as well.
    fn on_weekdays(mut self) -> Said {
        const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let days = DAYS.iter().filter(|day| self.words.iter().any(|word| word.is_one_of(&[day]))).count();
        let days = i128::try_from(days).unwrap_or_default();
        let weekly = |Fraction(times, seconds): Fraction| Fraction(times * days, seconds * 7);
        let daily = self.statements.iter().filter(|one| one.sort == Sort::Frequency && days > 0);
        let daily = daily.map(|one| Statement { low: one.low.map(weekly), high: one.high.map(weekly), ..*one });
        let weekly: Vec<Statement> = daily.collect();
        self.statements.extend(weekly);
        self
    }
}

/// Numbers between two bounds, in millionths.
#[derive(Clone, Copy)]
struct Span {
    low: Option<i128>,
    high: Option<i128>,
}

impl Span {
    fn of(number: i128) -> Span {
        Span { low: Some(number), high: Some(number) }
    }
}

struct Reader<'t> {
    rest: &'t [Token],
    said: Said,
    /// After “maximum” or “up to”, until the next amount or the end of the sentence.
    is_limited: bool,
    /// After “rate of”, until the next amount or the end of the sentence.
    is_rate: bool,
    /// The last amount of something counted in this sentence.
    counted: Option<(&'static str, Span)>,
}

impl<'t> Reader<'t> {
    /// A token that is in no statement.
    fn pass(&mut self, token: &Token) {
        const SILENT: [&str; 32] = [
            "a", "an", "the", "at", "in", "on", "for", "of", "to", "per", "and", "or", "with", "during", "around",
            "as", "when", "if", "route", "dose", "be", "taken", "take", "time", "rate", "from", "by", "every", "each",
            "then", "x", "or",
        ];
        match token {
            Token::End => (self.is_limited, self.is_rate, self.counted) = (false, false, None),
            Token::Word(word) if matches!(word.as_str(), "maximum" | "exceed" | "than") => self.is_limited = true,
            Token::Word(word) if word == "rate" => self.is_rate = true,
            Token::Word(word) if word == "up" => {}
            token if token.is_one_of(&SILENT) => {}
            Token::Word(_) | Token::Time(_) => drop(self.said.words.insert(token.clone())),
            Token::Number(_) | Token::Mark(_) => {}
        }
    }

    /// One statement at the present place, if there is one.
    fn statement(&mut self) -> bool {
        self.course() || self.frequency() || self.amount() || self.maximum()
    }

    /// `for 7 days`, `over 8 hours`.
    fn course(&mut self) -> bool {
        let Some((first, rest)) = self.rest.split_first() else { return false };
        let is_course = first.is_one_of(&["for"]);
        if !is_course && !first.is_one_of(&["over"]) {
            return false;
        }
        let Some((span, rest)) = bounded(rest) else { return false };
        let Some((seconds, is_calendar, rest)) = time(rest) else { return false };
        // Treatment goes by days, and one administration by less; other lengths are about something else.
        if is_course != (seconds >= DAY) {
            return false;
        }
        let sort = if is_course { Sort::Course } else { Sort::Duration };
        let length = |number: i128| Fraction(number * seconds, MILLION);
        self.say(Statement { sort, low: span.low.map(length), high: span.high.map(length), is_calendar });
        self.rest = rest;
        true
    }

    /// `3 times a day`, `every 4 to 6 hours`, `4 hourly`, `once every 3 days`, `daily`.
    fn frequency(&mut self) -> bool {
        let found = times(self.rest)
            .and_then(|(span, rest)| per(rest).map(|(period, is_calendar, rest)| (span, period, is_calendar, rest)))
            .or_else(|| {
                let (period, is_calendar, rest) = every(self.rest).or_else(|| hourly(self.rest))?;
                Some((Span::of(MILLION), period, is_calendar, rest))
            });
        if let Some((times, period, is_calendar, rest)) = found {
            self.say_frequency(times, period, is_calendar);
            self.rest = rest;
            return true;
        }
        let Some((Token::Word(word), rest)) = self.rest.split_first() else { return false };
        let Some((times, (seconds, is_calendar))) =
            frequency_word(word).and_then(|(times, unit)| Some((times, time_unit(unit)?)))
        else {
            return false;
        };
        let period = Span::of(seconds * MILLION);
        self.say_frequency(Span::of(times), period, is_calendar);
        // “8 tablets daily” may mean all at once, or one at a time.
        if let Some((_, counted)) = self.counted.filter(|_| times == MILLION) {
            self.say_frequency(counted, period, is_calendar);
        }
        self.rest = rest;
        true
    }

    fn say_frequency(&mut self, times: Span, period: Span, is_calendar: bool) {
        // The longer the period, the fewer times.
        let rate =
            |times: Option<i128>, period: Option<i128>| Some(Fraction(times?, period.filter(|period| *period > 0)?));
        let low = rate(times.low, period.high).filter(|_| !self.is_limited);
        self.say(Statement { sort: Sort::Frequency, low, high: rate(times.high, period.low), is_calendar });
        self.is_limited = false;
    }

    /// `10 mg`, `1 to 2 tablets`, `up to 40 ml`, `two 250 mg tablets`, `30 ml per hour`.
    fn amount(&mut self) -> bool {
        let Some((span, rest)) = bounded(self.rest) else { return false };
        // Several of one strength: the number before it counts them.
        let (count, span, rest) = match number_range(after_x(rest)) {
            Some((strength, rest)) => (Some(span), strength, rest),
            None => (None, span, rest),
        };
        let Some((Token::Word(word), rest)) = rest.split_first() else { return false };
        let Some((name, factor)) = unit(word) else { return false };
        let window = window(rest);
        self.is_limited |= span.low.is_none() && window.is_some();
        if self.is_limited {
            self.say_amount(name, span, factor);
            self.is_limited = false;
            self.rest = window.unwrap_or(rest);
            return true;
        }
        if let Some((seconds, rest)) = self.rate_period(rest) {
            let rate = |number: i128| Some(Fraction(number.checked_mul(factor)?, seconds));
            let (low, high) = (span.low.and_then(rate), span.high.and_then(rate));
            self.say(Statement { sort: Sort::Rate(name), low, high, is_calendar: false });
            self.rest = rest;
            return true;
        }
        self.rest = rest;
        if is_ratio(rest) {
            // A strength such as 5 mg in 5 ml, or an amount for each kilogram; its other half is no dose either.
            self.skip_denominator();
            return true;
        }
        self.say_amount(name, span, factor);
        if let Some(count) = count {
            let product = |one: Option<i128>, other: Option<i128>| one?.checked_mul(other?)?.checked_div(MILLION);
            let whole = Span { low: product(count.low, span.low), high: product(count.high, span.high) };
            self.say_amount(name, whole, factor);
            if let Some((form, rest)) = counted_form(rest) {
                self.say_amount(form, count, 1);
                self.rest = rest;
            }
        }
        self.is_rate = false;
        true
    }

    /// `2 tablets …, up to 8 in 24 hours`: a maximum of what was counted before.
    fn maximum(&mut self) -> bool {
        let (Some((span, rest)), Some((name, _))) = (bounded(self.rest), self.counted) else { return false };
        let is_limited = self.is_limited || span.low.is_none();
        let Some(rest) = window(rest).filter(|_| is_limited) else { return false };
        self.is_limited = true;
        self.say_amount(name, span, 1);
        self.is_limited = false;
        self.rest = rest;
        true
    }

    fn say_amount(&mut self, name: &'static str, span: Span, factor: i128) {
        let amount = |number: i128| number.checked_mul(factor).map(|number| Fraction(number, MILLION));
        let low = span.low.filter(|_| !self.is_limited).and_then(amount);
        let sort = if self.is_limited { Sort::Maximum(name) } else { Sort::Dose(name) };
        self.say(Statement { sort, low, high: span.high.and_then(amount), is_calendar: false });
        if is_counted(name) && !self.is_limited {
            self.counted = Some((name, span));
        }
    }

    /// The period of a rate after its amount, in millionths of seconds.
    fn rate_period(&self, rest: &'t [Token]) -> Option<(i128, &'t [Token])> {
        let (first, rest) = rest.split_first()?;
        let is_per =
            *first == Token::Mark('/') || first.is_one_of(&["per"]) || (self.is_rate && first.is_one_of(&["every"]));
        if !is_per {
            return None;
        }
        let (number, rest) =
            number_range(rest).map_or((MILLION, rest), |(span, rest)| (span.high.unwrap_or(MILLION), rest));
        let (seconds, _, rest) = time(rest)?;
        Some((number.checked_mul(seconds).filter(|period| *period > 0)?, rest))
    }

    fn skip_denominator(&mut self) {
        let rest = self.rest.get(1..).unwrap_or_default();
        let rest = number_range(rest).map_or(rest, |(_, rest)| rest);
        self.rest = rest.get(1..).unwrap_or_default();
    }

    fn say(&mut self, statement: Statement) {
        let is_bounded = statement.low.is_some() || statement.high.is_some();
        if is_bounded && self.said.statements.len() < MOST_STATEMENTS {
            self.said.statements.push(statement);
        }
    }
}

fn is_ratio(rest: &[Token]) -> bool {
    rest.first().is_some_and(|first| *first == Token::Mark('/') || first.is_one_of(&["per"]))
}

fn after_x(rest: &[Token]) -> &[Token] {
    match rest.split_first() {
        Some((first, rest)) if first.is_one_of(&["x"]) => rest,
        _ => rest,
    }
}

fn counted_form(rest: &[Token]) -> Option<(&'static str, &[Token])> {
    let (Token::Word(word), rest) = rest.split_first()? else { return None };
    let (name, _) = unit(word)?;
    is_counted(name).then_some((name, rest))
}

/// `2`, `2 to 3`, `2-3`, `2 or 3`.
fn number_range(rest: &[Token]) -> Option<(Span, &[Token])> {
    let (Token::Number(low), rest) = rest.split_first()? else { return None };
    if let [between, Token::Number(high), rest @ ..] = rest
        && (*between == Token::Mark('-') || between.is_one_of(&["to", "or"]))
    {
        return Some((Span { low: Some(*low), high: Some(*high) }, rest));
    }
    Some((Span::of(*low), rest))
}

/// A number range, or one with a single bound: `up to 2`, `at least 2`.
fn bounded(rest: &[Token]) -> Option<(Span, &[Token])> {
    match rest {
        [up, to, after @ ..] if up.is_one_of(&["up"]) && to.is_one_of(&["to"]) => {
            number_range(after).map(|(span, rest)| (Span { low: None, ..span }, rest))
        }
        [at, least, after @ ..] if at.is_one_of(&["at"]) && least.is_one_of(&["least"]) => {
            number_range(after).map(|(span, rest)| (Span { high: None, ..span }, rest))
        }
        _ => number_range(rest),
    }
}

/// `once`, `twice`, `3 times`, `up to 4 times`.
fn times(rest: &[Token]) -> Option<(Span, &[Token])> {
    let (span, after) = match rest.split_first()? {
        (first, rest) if first.is_one_of(&["once"]) => return Some((Span::of(MILLION), rest)),
        (first, rest) if first.is_one_of(&["twice"]) => return Some((Span::of(2 * MILLION), rest)),
        _ => bounded(rest)?,
    };
    let (first, rest) = after.split_first()?;
    first.is_one_of(&["time"]).then_some((span, rest))
}

/// The period after a number of times: `a day`, `daily`, `every 2 weeks`, `in 24 hours`; in millionths of seconds.
fn per(rest: &[Token]) -> Option<(Span, bool, &[Token])> {
    let (first, after) = rest.split_first()?;
    if let Token::Word(word) = first
        && let Some((times, unit)) = frequency_word(word)
    {
        let (seconds, is_calendar) = time_unit(unit)?;
        return (times == MILLION).then_some((Span::of(seconds * MILLION), is_calendar, after));
    }
    if !(first.is_one_of(&["a", "an", "per", "each", "every", "in"]) || *first == Token::Mark('/')) {
        return None;
    }
    let after = match after.split_first() {
        Some((article, rest)) if article.is_one_of(&["a", "an", "each", "every"]) => rest,
        _ => after,
    };
    period(after)
}

/// What follows the window of a maximum: `in 24 hours`, `a day`.
fn window(rest: &[Token]) -> Option<&[Token]> {
    let is_every = rest.first().is_some_and(|first| first.is_one_of(&["each", "every"]));
    per(rest).filter(|_| !is_every).map(|(_, _, rest)| rest)
}

/// `every day`, `each week`, `every 4 to 6 hours`, `every other day`.
fn every(rest: &[Token]) -> Option<(Span, bool, &[Token])> {
    let (first, after) = rest.split_first()?;
    if !first.is_one_of(&["every", "each", "alternate"]) {
        return None;
    }
    let (other, after) = match after.split_first() {
        Some((other, rest)) if other.is_one_of(&["other", "second", "alternate"]) => (true, rest),
        _ => (first.is_one_of(&["alternate"]), after),
    };
    let (span, is_calendar, rest) = period(after)?;
    let twice = |number: i128| if other { number * 2 } else { number };
    Some((Span { low: span.low.map(twice), high: span.high.map(twice) }, is_calendar, rest))
}

/// `4 hourly`, `4-6 hourly`.
fn hourly(rest: &[Token]) -> Option<(Span, bool, &[Token])> {
    let (span, rest) = number_range(rest)?;
    let rest = match rest.split_first() {
        Some((Token::Mark('-'), rest)) => rest,
        _ => rest,
    };
    let (first, rest) = rest.split_first()?;
    let unit = if first.is_one_of(&["hourly"]) {
        "hour"
    } else if first.is_one_of(&["weekly"]) {
        "week"
    } else {
        return None;
    };
    let (seconds, is_calendar) = time_unit(unit)?;
    Some((scaled(span, seconds), is_calendar, rest))
}

/// A number of units of time, or one of them; in millionths of seconds.
fn period(rest: &[Token]) -> Option<(Span, bool, &[Token])> {
    let (span, rest) = number_range(rest).unwrap_or((Span::of(MILLION), rest));
    let (seconds, is_calendar, rest) = time(rest)?;
    Some((scaled(span, seconds), is_calendar, rest))
}

fn scaled(span: Span, seconds: i128) -> Span {
    Span { low: span.low.map(|number| number * seconds), high: span.high.map(|number| number * seconds) }
}

/// A unit of time.
fn time(rest: &[Token]) -> Option<(i128, bool, &[Token])> {
    let (Token::Word(word), rest) = rest.split_first()? else { return None };
    let (seconds, is_calendar) = time_unit(word)?;
    Some((seconds, is_calendar, rest))
}
