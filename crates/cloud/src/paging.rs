//! Lists that services answer in pages.

use crate::{Error, ErrorKind, Outcome, Refusal};

/// So many pages in a row may be empty although the service counts more. Some lists are paged by records of which
/// several make one item, so that a page can add nothing to those before it; but a hundred pages of nothing are no such
/// list.
const EMPTY_IN_A_ROW: u32 = 100;
/// No list comes near this; what does, is one page over and over.
const MOST_PAGES: u32 = 10_000;

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    index: u32,
    size: u32,
}

impl PageRequest {
    /// The page after so many others.
    pub(crate) fn nth(index: u32, size: u32) -> Self {
        Self { index, size }
    }

    /// The page's number; the first is 1.
    pub fn number(self) -> u32 {
        self.index + 1
    }

    /// How much is on the pages before this one.
    pub fn offset(self) -> u64 {
        u64::from(self.index) * u64::from(self.size)
    }

    /// The most that the page is to hold.
    pub fn size(self) -> u32 {
        self.size
    }

    /// How much has been asked for when this page has been answered.
    fn covered(self) -> u64 {
        self.offset() + u64::from(self.size)
    }
}

/// The first of these members that an answer does not have.
pub fn lacking<const N: usize>(members: [(&'static str, bool); N]) -> Option<&'static str> {
    members.into_iter().find(|(_, is_there)| !is_there).map(|(member, _)| member)
}

/// One page, as a service answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// How much is on all pages together, as the service counts: items, or records of which several make an item. Some
    /// answers leave it out.
    pub count: Option<u64>,
}

impl<T> Page<T> {
    /// The same page, when no item lacks what all of its kind have; `lacks` names what one does, as the service calls
    /// it.
    ///
    /// # Errors
    /// When one does: who looks for something in the list would take that for a no.
    pub fn of_whole(self, lacks: impl Fn(&T) -> Option<&'static str>) -> Result<Self, Refusal> {
        match self.items.iter().find_map(lacks) {
            Some(member) => Err(Refusal::proves_nothing(format!("something in its list has no {member}"))),
            None => Ok(self),
        }
    }
}

/// What an answer says of a page, before it is known to be the one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAnswer<T> {
    /// The list in it.
    pub items: Option<Vec<T>>,
    /// How much it says is on all pages together.
    pub count: Option<u64>,
    /// The page's number as the answer repeats it.
    pub number: Option<u64>,
}

impl<T> PageAnswer<T> {
    /// The page that was asked for: the list is there, or counted as empty; that nothing is on the first page is
    /// counted; and the number is that of the request, where it is answered.
    ///
    /// # Errors
    /// What it lacks. Nothing may be concluded from such an answer, least of all that there is nothing.
    pub fn prove(self, asked: PageRequest) -> Result<Page<T>, Refusal> {
        let lacking = match (&self.items, self.count, self.number) {
            (_, _, Some(number)) if number != u64::from(asked.number()) => {
                format!("page {} was asked for, and it is page {number}", asked.number())
            }
            (None, None, _) => "it has neither a list nor a count".to_owned(),
            (None, Some(count), _) if count > 0 => format!("it counts {count} and has no list"),
            (Some(items), None, _) if items.is_empty() && asked.index == 0 => {
                "its list is empty, and it has no count".to_owned()
            }
            _ => return Ok(Page { items: self.items.unwrap_or_default(), count: self.count }),
        };
        Err(Refusal::proves_nothing(lacking))
    }
}

/// All items of a list, from pages of `size` that `ask` asks for, in their order.
///
/// The list is at its end when as much has been asked for as the service counts, by the latest answer that says. How
/// many items came says nothing then: where several records make one item, a page holds fewer items than its size, or
/// none. Only where no answer counts, the first empty page is the end.
///
/// # Errors
/// The first error of `ask`; there is no list of some pages only. [`ErrorKind::UnexpectedAnswer`] for pages without
/// end.
pub async fn all_pages<T, F>(size: u32, mut ask: impl FnMut(PageRequest) -> F) -> Result<Vec<T>, Error>
where
    F: Future<Output = Result<Page<T>, Error>>,
{
    let mut all = Vec::new();
    let mut count = None;
    let mut empty_in_a_row = 0;
    for index in 0..MOST_PAGES {
        let asked = PageRequest { index, size };
        let page = ask(asked).await?;
        count = page.count.or(count);
        empty_in_a_row = if page.items.is_empty() { empty_in_a_row + 1 } else { 0 };
        all.extend(page.items);
        let at_end = count.map_or(empty_in_a_row > 0, |count| asked.covered() >= count);
        if at_end {
            return Ok(all);
        }
        if empty_in_a_row == EMPTY_IN_A_ROW {
            break;
        }
    }
    let message = format!("a list without end: {} came, and the service has more pages", all.len());
    Err(Error::new(ErrorKind::UnexpectedAnswer, Outcome::NotDone, message))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// A list whose pages hold so many items; answers the items with the numbers of the pages that were asked for.
    async fn list(pages: &[usize], count: impl Fn(u32) -> Option<u64>) -> Result<(usize, Vec<u32>), Error> {
        let asked = RefCell::new(Vec::new());
        let ask = |page: PageRequest| {
            asked.borrow_mut().push(page.number());
            let on_page = pages.get(page.number() as usize - 1).copied().unwrap_or_default();
            let page = Page { items: vec![(); on_page], count: count(page.number()) };
            async move { Ok(page) }
        };
        let all = all_pages(100, ask).await?;
        Ok((all.len(), asked.into_inner()))
    }

    #[test]
    fn the_first_member_that_is_not_there_is_lacking() {
        assert_eq!(lacking([]), None);
        assert_eq!(lacking([("a", true), ("b", true)]), None);
        assert_eq!(lacking([("a", true), ("b", false), ("c", false)]), Some("b"));
    }

    #[test]
    fn a_list_counts_only_when_nothing_in_it_lacks_what_all_have() {
        let lacks = |has: &bool| (!has).then_some("ImageId");
        for (has, lacking) in [(&[][..], false), (&[true, true], false), (&[true, false, true], true)] {
            match (Page { items: has.to_vec(), count: None }).of_whole(lacks) {
                Ok(page) => assert!(!lacking && page.items == has, "{has:?}"),
                Err(refusal) => assert!(lacking && refusal.message.contains("ImageId"), "{refusal:?}"),
            }
        }
    }

    #[test]
    fn an_answer_is_a_page_only_when_it_says_enough() {
        let first = PageRequest { index: 0, size: 100 };
        let second = PageRequest { index: 1, size: 100 };
        let answer = |items: Option<usize>, count, number| PageAnswer {
            items: items.map(|items| vec![(); items]),
            count,
            number,
        };
        for (asked, given, proves) in [
            (first, answer(None, None, None), false),
            (first, answer(None, Some(0), None), true),
            (first, answer(None, Some(3), None), false),
            (first, answer(Some(0), None, None), false),
            (second, answer(Some(0), None, None), true),
            (first, answer(Some(0), Some(0), None), true),
            // Several records may make one item, of another page.
            (first, answer(Some(0), Some(120), None), true),
            (first, answer(Some(1), None, None), true),
            (first, answer(Some(1), Some(1), Some(1)), true),
            (second, answer(Some(1), Some(101), Some(1)), false),
            (second, answer(Some(1), Some(101), Some(2)), true),
        ] {
            let page = given.clone().prove(asked);
            assert_eq!(page.is_ok(), proves, "{given:?}");
            match page {
                Ok(page) => assert_eq!((page.items, page.count), (given.items.unwrap_or_default(), given.count)),
                Err(refusal) => assert_eq!(
                    (refusal.kind, refusal.outcome),
                    (ErrorKind::UnexpectedAnswer, Outcome::Unknown),
                    "{given:?}"
                ),
            }
        }
    }

    #[tokio::test]
    async fn pages_are_asked_for_until_the_count_is_covered_and_not_further() {
        for (pages, count, asked) in [
            (&[0][..], 0, &[1][..]),
            (&[7], 7, &[1]),
            (&[100], 100, &[1]),
            (&[100, 1], 101, &[1, 2]),
            (&[100, 100, 50], 250, &[1, 2, 3]),
        ] {
            let (items, numbers) = list(pages, |_| Some(count)).await.unwrap();
            assert_eq!((items, &numbers[..]), (pages.iter().sum(), asked), "{pages:?}");
        }
    }

    #[tokio::test]
    async fn a_page_with_few_items_or_none_is_not_the_end_of_a_list_that_counts_records() {
        let (items, numbers) = list(&[40, 0, 0, 50], |_| Some(350)).await.unwrap();
        assert_eq!((items, numbers), (90, vec![1, 2, 3, 4]));
    }

    #[tokio::test]
    async fn without_a_count_the_first_empty_page_is_the_end() {
        let (items, numbers) = list(&[100, 30, 0, 5], |_| None).await.unwrap();
        assert_eq!((items, numbers), (130, vec![1, 2, 3]));
    }

    #[tokio::test]
    async fn the_latest_count_is_the_one_that_holds() {
        // The second answer leaves it out; the third says that some of the list has gone.
        let counts = |page| match page {
            1 => Some(400),
            2 => None,
            _ => Some(300),
        };
        assert_eq!(list(&[100, 100, 100, 100], counts).await.unwrap(), (300, vec![1, 2, 3]));
        let growing = |page: u32| Some(u64::from(page.min(2)) * 100);
        assert_eq!(list(&[100, 100], growing).await.unwrap(), (100, vec![1]));
    }

    #[tokio::test]
    async fn a_list_that_counts_what_never_comes_is_an_error_and_no_list_of_some_pages() {
        let error = list(&[3], |_| Some(u64::MAX)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
        assert!(error.message().contains("3 came"), "{error}");
        // Short of that, a count that is too high costs calls and no items.
        let (items, numbers) = list(&[3], |_| Some(5_000)).await.unwrap();
        assert_eq!((items, numbers.len()), (3, 50));
    }

    #[tokio::test]
    async fn one_page_over_and_over_is_an_error() {
        let ask = |_| async { Ok(Page { items: vec![()], count: None }) };
        assert_eq!(all_pages(1, ask).await.unwrap_err().kind(), ErrorKind::UnexpectedAnswer);
    }

    #[tokio::test]
    async fn empty_pages_are_counted_in_a_row_only() {
        let pages: Vec<usize> = (0..400).map(|page| usize::from(page % 60 == 59)).collect();
        let (items, numbers) = list(&pages, |_| Some(40_000)).await.unwrap();
        assert_eq!((items, numbers.len()), (6, 400));
    }

    #[tokio::test]
    async fn an_error_of_a_page_is_the_lists() {
        let ask = |page: PageRequest| async move {
            match page.number() {
                1 => Ok(Page { items: vec![()], count: None }),
                _ => Err(Error::new(ErrorKind::Forbidden, Outcome::NotDone, "no")),
            }
        };
        assert_eq!(all_pages(10, ask).await.unwrap_err().kind(), ErrorKind::Forbidden);
    }

    #[test]
    fn a_page_is_known_by_its_number_its_offset_and_its_size() {
        let page = PageRequest { index: 2, size: 100 };
        assert_eq!((page.number(), page.offset(), page.size(), page.covered()), (3, 200, 100, 300));
        let far = PageRequest { index: MOST_PAGES, size: u32::MAX };
        assert_eq!(far.covered(), (u64::from(MOST_PAGES) + 1) * u64::from(u32::MAX));
    }
}
