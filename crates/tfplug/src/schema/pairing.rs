//! Which element of one set is which of another.
//!
//! Elements of a set have neither a position nor a key. What is configured says which is which, by the rule that
//! Terraform itself goes by when it proposes a plan: where the configuration has a value, the other element has the
//! same; where it has none, the other element has none either, unless the provider may give one.

use std::collections::BTreeMap;

use super::{Attribute, Block, NestedBlock, Nesting, Shape};
use crate::value::{Path, Value};

/// What the objects of a set are made of.
#[derive(Clone, Copy)]
pub(crate) enum Content<'s> {
    /// Nested attributes.
    Attributes(&'s BTreeMap<String, Attribute>),
    /// A nested block.
    Block(&'s Block),
}

/// How near a value must come to a configured one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nearness {
    /// What is unknown in the configuration may have become anything.
    pub(crate) unknown_is_any: bool,
    /// What means the same need not be written in the same way ([`Attribute::semantic_equality`]).
    pub(crate) meaning_is_enough: bool,
    /// What only the provider gives may be another value.
    pub(crate) results_may_differ: bool,
}

impl Content<'_> {
    /// For each of the `others` the configured element that it has come from, each of which is one other's at most.
    /// Equal ones are paired first, then those that fit as they are written, then those that mean the same, and last
    /// those whose results differ; of several that would do, the one that says most.
    pub(crate) fn pair(self, configured: &[Value], others: &[Value], unknown_is_any: bool) -> Vec<Option<usize>> {
        let mut pairs = Pairs::new(configured.len(), others.len());
        pairs.order.sort_by_key(|&at| std::cmp::Reverse(said(&configured[at])));
        pairs.extend_by_equal(configured, others);
        for (meaning_is_enough, results_may_differ) in [(false, false), (true, false), (true, true)] {
            let nearness = Nearness { unknown_is_any, meaning_is_enough, results_may_differ };
            pairs.extend(|config, other| self.fits(&configured[config], &others[other], nearness));
        }
        pairs.of_others
    }

    /// Whether an element can have come from a configured one.
    pub(crate) fn fits(self, config: &Value, other: &Value, nearness: Nearness) -> bool {
        if !matches!((config, other), (Value::Object(_), Value::Object(_))) {
            return config == other || nearness.unknown_is_any && config.is_unknown();
        }
        let blocks = self.blocks().into_iter().flatten();
        self.attributes()
            .iter()
            .all(|(name, attribute)| attribute.fits(config.attribute(name), other.attribute(name), nearness))
            && blocks.into_iter().all(|(name, nested)| {
                let content = Content::Block(&nested.block);
                content.elements_fit(nested.nesting, config.attribute(name), other.attribute(name), nearness)
            })
    }

    fn elements_fit(self, nesting: Nesting, config: &Value, other: &Value, nearness: Nearness) -> bool {
        match (nesting, config, other) {
            (Nesting::Single, Value::Object(_), Value::Object(_)) => self.fits(config, other, nearness),
            (Nesting::List, Value::List(config), Value::List(other)) => {
                config.len() == other.len()
                    && config.iter().zip(other).all(|(config, other)| self.fits(config, other, nearness))
            }
            (Nesting::Map, Value::Map(config), Value::Map(other)) => {
                config.keys().eq(other.keys())
                    && config.values().zip(other.values()).all(|(config, other)| self.fits(config, other, nearness))
            }
            (Nesting::Set, Value::Set(config), Value::Set(other)) => {
                if config.len() != other.len() {
                    return false;
                }
                let mut pairs = Pairs::new(config.len(), other.len());
                pairs.extend(|at, of| self.fits(&config[at], &other[of], nearness));
                pairs.of_others.iter().all(Option::is_some)
            }
            _ => config == other || nearness.unknown_is_any && config.is_unknown(),
        }
    }
}

impl<'s> Content<'s> {
    pub(crate) fn attributes(self) -> &'s BTreeMap<String, Attribute> {
        match self {
            Self::Attributes(attributes) => attributes,
            Self::Block(block) => &block.attributes,
        }
    }

    pub(crate) fn blocks(self) -> Option<&'s BTreeMap<String, NestedBlock>> {
        match self {
            Self::Attributes(_) => None,
            Self::Block(block) => Some(&block.blocks),
        }
    }

    /// What is nested in it, attributes and blocks.
    pub(crate) fn nested(self) -> impl Iterator<Item = (&'s str, Nesting, Content<'s>)> {
        let attributes = self.attributes().iter().filter_map(|(name, attribute)| match &attribute.shape {
            Shape::Nested(nesting, attributes) => Some((name.as_str(), *nesting, Content::Attributes(attributes))),
            Shape::Type(_) => None,
        });
        let blocks = self.blocks().into_iter().flatten();
        attributes.chain(blocks.map(|(name, nested)| (name.as_str(), nested.nesting, Content::Block(&nested.block))))
    }

    /// Gives each configured element of a set one of its own in the plan. Of two that can both have come from one
    /// earlier element, Terraform's proposal makes one.
    pub(crate) fn restore_elements(self, planned: &mut Value, config: &Value) {
        let Value::Object(values) = planned else { return };
        for (name, nesting, content) in self.nested() {
            let (Some(planned), config) = (values.get_mut(name), config.attribute(name)) else { continue };
            if let (Nesting::Set, Value::Set(elements), Value::Set(configured)) = (nesting, &mut *planned, config) {
                let mut elements = std::mem::take(elements);
                let of_config = content.pair(configured, &elements, true);
                let is_missing = |at: &usize| !of_config.contains(&Some(*at));
                elements.extend((0..configured.len()).filter(is_missing).map(|at| configured[at].clone()));
                *planned = Value::set(elements);
            }
            each_pair(content, nesting, planned, config, &mut |planned, config| {
                content.restore_elements(planned, config)
            });
        }
    }

    /// The first set in which two configured elements have become one, because nothing that is planned for them tells
    /// them apart. Sets in sets are left to the outer one.
    pub(crate) fn merged_elements(self, planned: &Value, config: &Value) -> Option<Path> {
        self.nested().find_map(|(name, _, content)| {
            let inner = match (planned.attribute(name), config.attribute(name)) {
                (Value::Set(planned), Value::Set(config)) => (planned.len() < config.len()).then_some(Path::ROOT),
                (Value::List(planned), Value::List(config)) => {
                    let mut pairs = planned.iter().zip(config).zip(0..);
                    pairs.find_map(|((planned, config), index)| {
                        Some(Path::ROOT.then_index(index).followed_by(&content.merged_elements(planned, config)?))
                    })
                }
                (Value::Map(planned), Value::Map(config)) => planned.iter().find_map(|(key, planned)| {
                    let inner = content.merged_elements(planned, config.get(key)?)?;
                    Some(Path::ROOT.then_key(key).followed_by(&inner))
                }),
                (planned, config) => content.merged_elements(planned, config),
            };
            Some(Path::attribute(name).followed_by(&inner?))
        })
    }
}

/// Visits the elements of a nested value, each with the one that it comes from.
fn each_pair(
    content: Content<'_>,
    nesting: Nesting,
    planned: &mut Value,
    config: &Value,
    visit: &mut dyn FnMut(&mut Value, &Value),
) {
    match (nesting, planned, config) {
        (Nesting::Single, planned @ Value::Object(_), Value::Object(_)) => visit(planned, config),
        (Nesting::List, Value::List(planned), Value::List(config)) => {
            planned.iter_mut().zip(config).for_each(|(planned, config)| visit(planned, config));
        }
        (Nesting::Map, Value::Map(planned), Value::Map(config)) => {
            for (key, planned) in planned {
                config.get(key).into_iter().for_each(|config| visit(planned, config));
            }
        }
        (Nesting::Set, set @ Value::Set(_), Value::Set(config)) => {
            let Value::Set(mut elements) = std::mem::replace(set, Value::Null) else { return };
            let of_config = content.pair(config, &elements, true);
            for (planned, of_config) in elements.iter_mut().zip(of_config) {
                of_config.and_then(|at| config.get(at)).into_iter().for_each(|config| visit(planned, config));
            }
            *set = Value::set(elements);
        }
        _ => {}
    }
}

impl Attribute {
    fn fits(&self, config: &Value, other: &Value, nearness: Nearness) -> bool {
        if config.is_null() {
            return self.computed || other.is_null();
        }
        if nearness.results_may_differ && !self.required && !self.is_optional() {
            return true;
        }
        match &self.shape {
            Shape::Nested(nesting, attributes) => {
                Content::Attributes(attributes).elements_fit(*nesting, config, other, nearness)
            }
            Shape::Type(_) => {
                config == other
                    || nearness.unknown_is_any && config.is_unknown()
                    || nearness.meaning_is_enough && self.means_the_same(other, config)
            }
        }
    }

    /// Whether both are there and known, and mean the same although they may be written differently.
    pub(crate) fn means_the_same(&self, one: &Value, other: &Value) -> bool {
        let is_present = |value: &Value| !value.is_null() && value.is_wholly_known();
        self.equality.as_ref().is_some_and(|same| is_present(one) && is_present(other) && same(one, other))
    }
}

/// How much a value says: how many parts of it are neither null nor unknown.
fn said(value: &Value) -> usize {
    match value {
        Value::Null | Value::Unknown(_) => 0,
        Value::Object(values) | Value::Map(values) => values.values().map(said).sum(),
        Value::List(values) | Value::Set(values) | Value::Tuple(values) => values.iter().map(said).sum(),
        _ => 1,
    }
}

/// Pairs of which each has its own two: as many as can be found.
struct Pairs {
    of_others: Vec<Option<usize>>,
    of_configured: Vec<Option<usize>>,
    /// Which of the configured ones are tried first.
    order: Vec<usize>,
}

impl Pairs {
    fn new(configured: usize, others: usize) -> Self {
        let order = (0..configured).collect();
        Self { of_others: vec![None; others], of_configured: vec![None; configured], order }
    }

    /// Adds pairs of those that are equal. Most are, and sets can be large: each is looked up.
    fn extend_by_equal(&mut self, configured: &[Value], others: &[Value]) {
        let mut places: BTreeMap<&Value, Vec<usize>> = BTreeMap::new();
        for (at, value) in configured.iter().enumerate().rev() {
            places.entry(value).or_default().push(at);
        }
        for (other, value) in others.iter().enumerate() {
            if let Some(config) = places.get_mut(value).and_then(Vec::pop) {
                self.of_others[other] = Some(config);
                self.of_configured[config] = Some(other);
            }
        }
    }

    /// Adds pairs of those that fit and are in none. Pairs that were there before are left as they are.
    fn extend(&mut self, fits: impl Fn(usize, usize) -> bool) {
        let configured: Vec<_> = self.order.iter().copied().filter(|&at| self.of_configured[at].is_none()).collect();
        let others: Vec<_> = (0..self.of_others.len()).filter(|&at| self.of_others[at].is_none()).collect();
        let candidates: BTreeMap<usize, Vec<usize>> = others
            .iter()
            .map(|&other| (other, configured.iter().copied().filter(|&config| fits(config, other)).collect()))
            .collect();
        for other in others {
            self.find_place(other, &candidates);
        }
    }

    /// Finds a place for one: a free one, or one whose present holder finds another (an augmenting path). The search
    /// goes through all that can be reached, breadth first.
    fn find_place(&mut self, other: usize, candidates: &BTreeMap<usize, Vec<usize>>) {
        let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
        let mut waiting = std::collections::VecDeque::from([other]);
        while let Some(seeker) = waiting.pop_front() {
            for &place in candidates.get(&seeker).into_iter().flatten() {
                if came_from.contains_key(&place) {
                    continue;
                }
                came_from.insert(place, seeker);
                match self.of_configured[place] {
                    Some(holder) => waiting.push_back(holder),
                    None => return self.move_up(place, &came_from),
                }
            }
        }
    }

    /// Gives a free place to the one that has come to it, whose own place goes to the one before, and so on.
    fn move_up(&mut self, free: usize, came_from: &BTreeMap<usize, usize>) {
        let mut place = Some(free);
        while let Some(free) = place {
            let Some(&seeker) = came_from.get(&free) else { return };
            place = self.of_others[seeker].replace(free);
            self.of_configured[free] = Some(seeker);
        }
    }
}

#[cfg(test)]
mod tests;
