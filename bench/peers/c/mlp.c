#include "peer.h"
#include "matmul.h"
#define BATCH 128
#define IN 784
#define H1 256
#define H2 128
#define OUT 10
#define RATE 0.01f

static float x[BATCH * IN], y[BATCH * OUT], w1[IN * H1], b1[H1], w2[H1 * H2], b2[H2], w3[H2 * OUT], b3[OUT];
static float a1[BATCH * H1], a2[BATCH * H2], z3[BATCH * OUT], d2[BATCH * H2], d1[BATCH * H1];
static float g1[IN * H1], g2[H1 * H2], g3[H2 * OUT], loss;

static void layer(int in, int out, const float *input, const float *w, const float *b, float *output, int relu) {
  matmul(BATCH, out, in, input, in, 1, w, out, 1, output);
  for (int n = 0; n < BATCH; n++)
    for (int j = 0; j < out; j++) {
      float z = output[n * out + j] + b[j];
      output[n * out + j] = relu && z <= 0 ? 0 : z;
    }
}

static void update(int in, int out, const float *input, const float *d, float *g, float *w, float *b) {
  matmul(in, out, BATCH, input, 1, in, d, out, 1, g);
  for (int i = 0; i < in * out; i++) w[i] -= RATE * g[i];
  for (int j = 0; j < out; j++) {
    float sum = 0;
    for (int n = 0; n < BATCH; n++) sum += d[n * out + j];
    b[j] -= RATE * sum;
  }
}

static void run(void) {
  layer(IN, H1, x, w1, b1, a1, 1);
  layer(H1, H2, a1, w2, b2, a2, 1);
  layer(H2, OUT, a2, w3, b3, z3, 0);
  loss = 0;
  for (int n = 0; n < BATCH; n++) {
    float *z = z3 + n * OUT, most = z[0], sum = 0;
    for (int j = 1; j < OUT; j++) most = z[j] > most ? z[j] : most;
    for (int j = 0; j < OUT; j++) sum += expf(z[j] - most);
    for (int j = 0; j < OUT; j++) {
      float target = y[n * OUT + j], logarithm = z[j] - most - logf(sum);
      loss -= target * logarithm / BATCH;
      z[j] = (expf(logarithm) - target) / BATCH;
    }
  }
  matmul(BATCH, H2, OUT, z3, OUT, 1, w3, 1, OUT, d2);
  for (int i = 0; i < BATCH * H2; i++) d2[i] = a2[i] > 0 ? d2[i] : 0;
  matmul(BATCH, H1, H2, d2, H2, 1, w2, 1, H2, d1);
  for (int i = 0; i < BATCH * H1; i++) d1[i] = a1[i] > 0 ? d1[i] : 0;
  update(H2, OUT, a2, z3, g3, w3, b3);
  update(H1, H2, a1, d2, g2, w2, b2);
  update(IN, H1, x, d1, g1, w1, b1);
}

int main(int count, char **arguments) {
  FILE *file = open_data(count, arguments);
  take(file, x, sizeof x);
  take(file, y, sizeof y);
  take(file, w1, sizeof w1);
  take(file, w2, sizeof w2);
  take(file, w3, sizeof w3);
  for (int i = 0; i < 3; i++) {
    run();
    printf("%.9g ", loss);
  }
  serve(run, 1);
}
