/* The notebook's network, its backward pass derived by hand. */
#include "peer.h"
#define EXAMPLES 4
#define HIDDEN 10
#define RATE 1.5
#define STEPS 500

static double x[EXAMPLES][2], y[EXAMPLES], w1[2][HIDDEN], b1[HIDDEN], w2[HIDDEN], b2, loss;

static void step(void) {
  double z1[EXAMPLES][HIDDEN], dw1[2][HIDDEN] = {{0}}, db1[HIDDEN] = {0}, dw2[HIDDEN] = {0}, db2 = 0;
  loss = 0;
  for (int n = 0; n < EXAMPLES; n++) {
    double z2 = b2;
    for (int h = 0; h < HIDDEN; h++) {
      z1[n][h] = x[n][0] * w1[0][h] + x[n][1] * w1[1][h] + b1[h];
      z2 += (z1[n][h] > 0 ? z1[n][h] : 0) * w2[h];
    }
    double a2 = 1 / (1 + exp(-z2)), difference = a2 - y[n];
    loss += difference * difference / EXAMPLES;
    double dz2 = 2.0 / EXAMPLES * difference * a2 * (1 - a2);
    db2 += dz2;
    for (int h = 0; h < HIDDEN; h++) {
      dw2[h] += (z1[n][h] > 0 ? z1[n][h] : 0) * dz2;
      double dz1 = z1[n][h] > 0 ? dz2 * w2[h] : 0;
      db1[h] += dz1;
      dw1[0][h] += x[n][0] * dz1;
      dw1[1][h] += x[n][1] * dz1;
    }
  }
  for (int h = 0; h < HIDDEN; h++) {
    w1[0][h] -= RATE * dw1[0][h];
    w1[1][h] -= RATE * dw1[1][h];
    b1[h] -= RATE * db1[h];
    w2[h] -= RATE * dw2[h];
  }
  b2 -= RATE * db2;
}

static void run(void) {
  for (int i = 0; i < STEPS; i++) step();
}

int main(int count, char **arguments) {
  FILE *file = open_data(count, arguments);
  take(file, x, sizeof x);
  take(file, y, sizeof y);
  take(file, w1, sizeof w1);
  take(file, w2, sizeof w2);
  run();
  printf("%.17g", loss);
  serve(run, STEPS);
}
