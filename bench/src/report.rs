//! Rates, medians and budgets as lines of text.

use std::time::Duration;

/// Operations, how long they took together, and each one's time.
pub(crate) struct Run {
    pub(crate) operations: u64,
    pub(crate) elapsed: Duration,
    /// Time of each operation, sorted.
    pub(crate) times: Vec<Duration>,
    /// Processor time of the measured process.
    pub(crate) cpu: Duration,
    /// Processor time of those who asked it, which are this process; nothing when this process is the measured one.
    pub(crate) clients: Duration,
}

impl Run {
    pub(crate) fn new(mut times: Vec<Duration>, elapsed: Duration, cpu: Duration, clients: Duration) -> Self {
        times.sort_unstable();
        Self { operations: times.len() as u64, elapsed, times, cpu, clients }
    }

    /// Processor time of an operation, µs.
    pub(crate) fn cost(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.operations.max(1) as f64
    }

    /// The same with that of the clients.
    pub(crate) fn cost_with_clients(&self) -> f64 {
        (self.cpu + self.clients).as_secs_f64() * 1e6 / self.operations.max(1) as f64
    }

    /// Operations a second.
    pub(crate) fn rate(&self) -> f64 {
        self.operations as f64 / self.elapsed.as_secs_f64()
    }

    /// The time below which `percent` of the operations stay.
    fn percentile(&self, percent: usize) -> Duration {
        let last = self.times.len().saturating_sub(1);
        self.times.get(last * percent / 100).copied().unwrap_or_default()
    }

    pub(crate) fn print(&self, name: &str) {
        println!(
            "{name:<44} {:>9.0}/s  p50 {:>8.0?}  p99 {:>8.0?}  max {:>8.0?}  cpu {:>5.1} µs/op, clients {:>5.1}",
            self.rate(),
            self.percentile(50),
            self.percentile(99),
            self.percentile(100),
            self.cost(),
            self.cost_with_clients() - self.cost(),
        );
    }
}

/// Prints a ratio beside its budget.
pub(crate) fn ratio(name: &str, ratio: f64, budget: &str, kept: bool) {
    println!("{name:<60} {ratio:>7.2}  budget {budget:<10} {}", if kept { "kept" } else { "NOT KEPT" });
}

/// The middle of `values`.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
