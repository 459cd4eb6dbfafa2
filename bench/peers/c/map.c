/* sum(sigmoid(x)·tanh(x) + exp(−x²)) and its gradient, a vector at a time. */
#include "peer.h"
#include "vector.h"
#define N 1000000

static float x[N], g[N], value;

static inline vector bounded(vector v, float least, float most) {
  integers low = v < least, high = v > most;
  integers bits = (integers)v & ~(low | high);
  bits |= (low & (integers)(v * 0 + least)) | (high & (integers)(v * 0 + most));
  return (vector)bits;
}

/* The reduction and the polynomial of Cephes' expf. */
static inline vector exponential(vector v) {
  v = bounded(v, -87, 88);
  integers sign = (integers)v & (int)0x80000000;
  integers n = __builtin_convertvector(v * 1.44269504f + (vector)(sign | (integers)(v * 0 + 0.5f)), integers);
  vector whole = __builtin_convertvector(n, vector);
  vector r = v - whole * 0.693359375f + whole * 2.12194440e-4f;
  vector p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  return (p * r * r + r + 1) * (vector)((n + 127) << 23);
}

static void run(void) {
  vector sum = {0};
  for (int i = 0; i < N; i += LANES) {
    vector v = *(vector *)(x + i);
    vector s = 1 / (1 + exponential(-v)), t = 1 - 2 / (exponential(2 * v) + 1), e = exponential(-v * v);
    sum += s * t + e;
    *(vector *)(g + i) = s * (1 - s) * t + s * (1 - t * t) - 2 * v * e;
  }
  value = 0;
  for (int lane = 0; lane < LANES; lane++) value += sum[lane];
}

int main(int count, char **arguments) {
  FILE *file = open_data(count, arguments);
  take(file, x, sizeof x);
  run();
  double sum = 0;
  for (int i = 0; i < N; i++) sum += fabs(g[i]);
  printf("%.9g %.9g %.9g", value, g[N / 2], sum);
  serve(run, 1);
}
