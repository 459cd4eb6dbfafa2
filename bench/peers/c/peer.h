/* What every peer in C does: reads its data, prints what it computed, then a time for each line that it reads. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Seconds that one sample takes at least. */
#define SAMPLE 0.04

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static void take(FILE *file, void *into, size_t bytes) {
  if (fread(into, 1, bytes, file) != bytes) {
    fprintf(stderr, "the data file is too short\n");
    exit(1);
  }
}

static FILE *open_data(int count, char **arguments) {
  FILE *file = count > 1 ? fopen(arguments[1], "rb") : NULL;
  if (file == NULL) {
    fprintf(stderr, "expected the path of a data file\n");
    exit(1);
  }
  return file;
}

/* Prints the seconds that one of `steps` steps of a run takes, for each line of standard input. */
static void serve(void (*run)(void), double steps) {
  char line[16];
  printf("\n");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    double start = seconds(), now;
    long calls = 0;
    do {
      run();
      calls++;
      now = seconds();
    } while (now - start < SAMPLE);
    printf("%.9g\n", (now - start) / (calls * steps));
    fflush(stdout);
  }
}
