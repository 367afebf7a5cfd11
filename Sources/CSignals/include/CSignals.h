// What SIGINT and SIGTERM do to a command, from before its libraries are made ready: they take longer for that than the
// program's own start, and Swift runs nothing before them.
#pragma once

enum {
  // Nothing has to be cleared away: the process ends with a word, with the status that shells give (128 + the signal).
  gnomon_signals_end = 0,
  // The signal is noted for work that ends by itself once it is told to.
  gnomon_signals_note = 1,
  // All is done: the process ends with success.
  gnomon_signals_succeed = 2,
};

void gnomon_signals_set_action(int action);

/// The last signal that was noted, 0 for none.
int gnomon_signals_noted(void);

/// What is said of an interruption; the text is of the program, and stays.
const char *gnomon_signals_words(void);
