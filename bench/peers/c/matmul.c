#include "peer.h"
#include "matmul.h"
#define N 512

static float a[N * N], b[N * N], c[N * N];

static void run(void) { matmul(N, N, N, a, N, 1, b, N, 1, c); }

int main(int count, char **arguments) {
  FILE *file = open_data(count, arguments);
  take(file, a, sizeof a);
  take(file, b, sizeof b);
  run();
  double sum = 0;
  for (int i = 0; i < N * N; i++) sum += fabs(c[i]);
  printf("%.9g %.9g %.9g", c[0], c[N * N / 2 + 7], sum);
  serve(run, 1);
}
