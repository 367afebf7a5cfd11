#include "CSignals.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t action = gnomon_signals_end;
static volatile sig_atomic_t noted = 0;
static const char *words = "The command was interrupted.";

void gnomon_signals_set_action(int next) { action = next; }
int gnomon_signals_noted(void) { return noted; }
const char *gnomon_signals_words(void) { return words; }

static void say(const char *text) {
  // Where it cannot be said there is nothing else to do.
  if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

// Does what a handler of signals may do (signal-safety(7)), and no more.
static void handle(int number) {
  switch (action) {
    case gnomon_signals_note:
      noted = number;
      return;
    case gnomon_signals_succeed:
      _exit(0);
    default:
      say("Error: ");
      say(words);
      say("\n");
      _exit(128 + number);
  }
}

static void prepare(int count, char **arguments, char **environment) {
  (void)environment;
  const char *command = count > 1 ? arguments[1] : "";
  if (strcmp(command, "predict") == 0) words = "The prediction was cancelled.";
  if (strcmp(command, "load") == 0) words = "The load was interrupted; the same command again goes on where it stopped.";
  if (strcmp(command, "serve") == 0) words = "The server was stopped before it was ready.";
  // Also where they are ignored, as in what a script starts in the background: who sends one then means it.
  struct sigaction handling = {.sa_handler = handle, .sa_flags = SA_RESTART};
  sigemptyset(&handling.sa_mask);
  sigaction(SIGINT, &handling, NULL);
  sigaction(SIGTERM, &handling, NULL);
}

// Runs before the constructors of all libraries (gABI, DT_PREINIT_ARRAY).
__attribute__((section(".preinit_array"), used)) static void (*const preparation)(int, char **, char **) = prepare;
