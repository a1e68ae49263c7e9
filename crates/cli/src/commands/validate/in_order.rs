//! Work on several threads, its results taken in the order of the work.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use anyhow::Result;

/// Does `work` with each of `items` on `threads` threads, and hands the results to `take` in the order of the items.
///
/// # Errors
/// The first of `take`; nothing is begun after it.
pub fn run<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let (sender, results) = mpsc::channel();
        for _ in 0..threads.min(items.len()) {
            let (sender, next, stopped, work) = (sender.clone(), &next, &stopped, &work);
            scope.spawn(move || {
                while !stopped.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else { break };
                    if sender.send((number, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let taken = deliver(results, &mut take);
        stopped.store(true, Ordering::Relaxed);
        taken
    })
}

fn deliver<R>(results: mpsc::Receiver<(usize, R)>, take: &mut impl FnMut(R) -> Result<()>) -> Result<()> {
    let (mut early, mut due) = (BTreeMap::new(), 0);
    for (number, result) in results {
        early.insert(number, result);
        while let Some(result) = early.remove(&due) {
            take(result)?;
            due += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..500).collect();
        for threads in [1, 2, 7, 1000] {
            let mut taken = Vec::new();
            run(
                &items,
                threads,
                |item| item * 2,
                |result| {
                    taken.push(result);
                    Ok(())
                },
            )
            .unwrap();
            assert_eq!(taken, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
        run(&[0_u8; 0], 3, |item| *item, |_| bail!("there is none")).unwrap();
    }

    #[test]
    fn an_error_stops_the_work() {
        let begun = AtomicUsize::new(0);
        let items = vec![0; 100_000];
        let error = run(&items, 2, |_| begun.fetch_add(1, Ordering::Relaxed), |_| bail!("full")).unwrap_err();
        assert_eq!(error.to_string(), "full");
        assert!(begun.load(Ordering::Relaxed) < items.len());
    }
}
