"""What a benchmark measured, beside what the project holds, and beside its peer in the same run."""

import os


class Figures:
    def __init__(self, title):
        cores = len(os.sched_getaffinity(0))
        load = os.getloadavg()[0]
        print("%s (%d cores, load %.1f)" % (title, cores, load))
        if load > cores / 2:
            print("  other work runs on this machine: it takes caches and memory from what is measured")
        self.missed = []

    def add(self, what, measured, held=None, form="%.0f", unit="", most=False, note=""):
        """One line: measured / held. `most`: it must not be above; otherwise not below."""
        short = held is not None and (measured > held if most else measured < held)
        both = form % measured + (" / " + form % held if held is not None else "")
        print("  %-46s %16s %-5s %s%s" % (what, both, unit, note, "  missed" if short else ""), flush=True)
        if short:
            self.missed.append("%s: %s %s is %s %s%s" % (
                what, form % measured, unit, "over" if most else "under", form % held, "; " + note if note else ""))

    def status(self):
        for line in self.missed:
            print("missed:", line)
        return 1 if self.missed else 0
