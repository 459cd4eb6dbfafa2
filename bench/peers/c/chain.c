/* Four operations by turns on one number, a thousand in all, and the derivative by the number. */
#include "peer.h"
#define LINKS 1000
#define CALLS 100

static double x, y, g, tape[LINKS];

static void run(void) {
  for (int call = 0; call < CALLS; call++) {
    y = x;
    for (int i = 0; i < LINKS; i += 4) {
      tape[i] = y;
      y = y * x + 0.3;
      y = y * 0.9 - 0.1;
    }
    double d = 1;
    g = 0;
    for (int i = LINKS - 4; i >= 0; i -= 4) {
      d *= 0.9;
      g += d * tape[i];
      d *= x;
    }
    g += d;
    __asm__ volatile("" ::: "memory");
  }
}

int main(int count, char **arguments) {
  FILE *file = open_data(count, arguments);
  take(file, &x, sizeof x);
  run();
  printf("%.17g %.17g", y, g);
  serve(run, CALLS);
}
