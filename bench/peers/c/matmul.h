/* A matrix product whose right factor is packed into panels, computed in tiles that stay in registers. */
#include <string.h>
#include "vector.h"

#define ROWS 4
#define VECTORS 2
#define WIDTH (LANES * VECTORS)

static float panel[1024 * WIDTH];

/* c[m×n] = a[m×k] b[k×n], where m is a multiple of ROWS; element (i, j) of a lies at i·a_row + j·a_column, and so for b. */
__attribute__((noinline)) static void matmul(int m, int n, int k, const float *a, int a_row, int a_column, const float *b, int b_row,
                   int b_column, float *restrict c) {
  for (int first = 0; first < n; first += WIDTH) {
    int width = n - first < WIDTH ? n - first : WIDTH;
    for (int l = 0; l < k; l++)
      for (int j = 0; j < WIDTH; j++)
        panel[l * WIDTH + j] = j < width ? b[l * b_row + (first + j) * b_column] : 0;
    for (int i = 0; i < m; i += ROWS) {
      vector sum[ROWS][VECTORS] = {{{0}}};
      const float *row = a + i * a_row;
      for (int l = 0; l < k; l++)
        for (int r = 0; r < ROWS; r++) {
          float factor = row[r * a_row + l * a_column];
          for (int v = 0; v < VECTORS; v++)
            sum[r][v] += factor * *(const vector *)(panel + l * WIDTH + v * LANES);
        }
      for (int r = 0; r < ROWS; r++) memcpy(c + (i + r) * n + first, sum[r], width * 4);
    }
  }
}
